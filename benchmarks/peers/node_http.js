// Node's own http server: `node node_http.js APP PORT`.
'use strict';

const http = require('node:http');

const server = http.createServer((request, response) => {
  if (request.method !== 'GET' || request.url !== '/json') {
    response.writeHead(404).end();
    return;
  }
  const body = JSON.stringify({ message: 'Hello, World!' });
  response.writeHead(200, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
});
server.keepAliveTimeout = 60_000;
server.listen(Number(process.argv[3]), '127.0.0.1');
