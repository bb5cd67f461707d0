// Fastify with request and response schemas, as its documentation recommends for speed:
// `node fastify.js APP PORT`.
'use strict';

const { setImmediate: nextTurn } = require('node:timers/promises');
const schemas = require('./item_schema.js');

const app = require('fastify')({ logger: false, keepAliveTimeout: 60_000 });
const answering = (schema) => ({ response: { 200: schema } });

function addJson() {
  app.get('/json', { schema: answering(schemas.message) }, async () => ({
    message: 'Hello, World!',
  }));
}

function addApi() {
  addJson();
  app.get(
    '/items/:item_id',
    {
      schema: {
        params: schemas.itemParameters,
        querystring: schemas.itemQuery,
        ...answering(schemas.found),
      },
    },
    async ({ params, query }) => ({ item_id: params.item_id, q: query.q, limit: query.limit }),
  );
  app.post(
    '/items',
    { schema: { body: schemas.item, ...answering(schemas.item) } },
    async (request) => request.body,
  );
  app.get('/wait', { schema: answering(schemas.message) }, async () => {
    await nextTurn();
    return { message: 'Hello, World!' };
  });
}

function addMany() {
  for (let number = 0; number < 500; number += 1) {
    app.get(
      `/services/${number}/:item_id`,
      { schema: { params: schemas.itemParameters, ...answering(schemas.service) } },
      async (request) => ({ service: number, item_id: request.params.item_id }),
    );
  }
}

function addMiddleware() {
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-served-by', 'bench');
  });
  addJson();
}

function addForms() {
  app.register(require('@fastify/formbody'));
  app.post(
    '/form',
    { schema: { body: schemas.registration, ...answering(schemas.registration) } },
    async (request) => request.body,
  );
}

function addCors() {
  app.register(require('@fastify/cors'), { origin: ['https://shop.example'] });
  addJson();
}

const apps = {
  api: addApi,
  many: addMany,
  middleware: addMiddleware,
  forms: addForms,
  cors: addCors,
};
apps[process.argv[2]]();
app.listen({ port: Number(process.argv[3]), host: '127.0.0.1' });
