// JSON Schemas of the typed routes, for Fastify (built in) and Express (through Ajv).
'use strict';

const text = { type: 'string' };
const number = { type: 'number' };

const item = {
  type: 'object',
  required: ['name', 'price', 'maker', 'dimensions'],
  properties: {
    name: text,
    price: number,
    tags: { type: 'array', items: text, default: [] },
    maker: {
      type: 'object',
      required: ['name', 'country'],
      properties: { name: text, country: text },
    },
    dimensions: {
      type: 'object',
      required: ['width', 'height', 'depth'],
      properties: { width: number, height: number, depth: number },
    },
    description: { type: ['string', 'null'], default: null },
  },
};

const itemParameters = {
  type: 'object',
  required: ['item_id'],
  properties: { item_id: { type: 'integer' } },
};

const itemQuery = {
  type: 'object',
  required: ['q'],
  properties: { q: text, limit: { type: 'integer', default: 10 } },
};

const registration = {
  type: 'object',
  required: ['name', 'email', 'city', 'age', 'newsletter'],
  properties: {
    name: text,
    email: text,
    city: text,
    age: { type: 'integer' },
    newsletter: { type: 'boolean' },
  },
};

const message = { type: 'object', properties: { message: text } };

const found = {
  type: 'object',
  properties: { item_id: { type: 'integer' }, q: text, limit: { type: 'integer' } },
};

const service = {
  type: 'object',
  properties: { service: { type: 'integer' }, item_id: { type: 'integer' } },
};

module.exports = { item, itemParameters, itemQuery, registration, message, found, service };
