// Express with its production settings and Ajv for validation: `node express.js APP PORT`.
'use strict';

const { setImmediate: nextTurn } = require('node:timers/promises');
const Ajv = require('ajv');
const express = require('express');
const schemas = require('./item_schema.js');

const app = express();
app.disable('x-powered-by');
app.disable('etag');
const converting = new Ajv({ coerceTypes: true, useDefaults: true });
const strict = new Ajv({ useDefaults: true, allowUnionTypes: true });

function readJson(request, response) {
  response.json({ message: 'Hello, World!' });
}

function addApi() {
  const isParameters = converting.compile(schemas.itemParameters);
  const isQuery = converting.compile(schemas.itemQuery);
  const isItem = strict.compile(schemas.item);
  app.get('/json', readJson);
  app.get('/items/:item_id', (request, response) => {
    const parameters = { ...request.params };
    const query = { ...request.query };
    if (!isParameters(parameters)) {
      response.status(422).json({ detail: isParameters.errors });
    } else if (!isQuery(query)) {
      response.status(422).json({ detail: isQuery.errors });
    } else {
      response.json({ item_id: parameters.item_id, q: query.q, limit: query.limit });
    }
  });
  app.post('/items', express.json(), (request, response) => {
    if (!isItem(request.body)) {
      response.status(422).json({ detail: isItem.errors });
      return;
    }
    response.json(request.body);
  });
  app.get('/wait', async (request, response) => {
    await nextTurn();
    readJson(request, response);
  });
}

function addMany() {
  const isParameters = converting.compile(schemas.itemParameters);
  for (let number = 0; number < 500; number += 1) {
    app.get(`/services/${number}/:item_id`, (request, response) => {
      const parameters = { ...request.params };
      if (!isParameters(parameters)) {
        response.status(422).json({ detail: isParameters.errors });
        return;
      }
      response.json({ service: number, item_id: parameters.item_id });
    });
  }
}

function addMiddleware() {
  app.use((request, response, next) => {
    response.set('x-served-by', 'bench');
    next();
  });
  app.get('/json', readJson);
}

function addForms() {
  const isRegistration = converting.compile(schemas.registration);
  app.post('/form', express.urlencoded(), (request, response) => {
    const registration = { ...request.body };
    if (!isRegistration(registration)) {
      response.status(422).json({ detail: isRegistration.errors });
      return;
    }
    response.json(registration);
  });
}

function addCors() {
  app.use(require('cors')({ origin: ['https://shop.example'] }));
  app.get('/json', readJson);
}

const apps = {
  api: addApi,
  many: addMany,
  middleware: addMiddleware,
  forms: addForms,
  cors: addCors,
};
apps[process.argv[2]]();
const server = app.listen(Number(process.argv[3]), '127.0.0.1');
server.keepAliveTimeout = 60_000;
