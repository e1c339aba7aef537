const { once } = require('node:events');
const { connect } = require('node:net');
const { HEADERS } = require('./app');

const CONNECTIONS = 16;
const REQUEST = `GET / HTTP/1.1\r\n${HEADERS.map((header) => header.join(': ')).join('\r\n')}\r\n\r\n`;

/**
 * Opens kept-alive connections to a server, and gives a function that keeps it busy for so many milliseconds, each
 * connection with one request under way: resolves with how many were answered, after how many milliseconds. Bare
 * sockets, so that it is the server, and not this, that takes the time.
 */
exports.loadOf = async function loadOf(port) {
  let answered = 0;
  let idle = CONNECTIONS;
  let until = 0;
  let done;
  const sockets = Array.from({ length: CONNECTIONS }, () => connect({ port, host: '127.0.0.1', noDelay: true }));
  for (const socket of sockets) {
    await once(socket, 'connect');
    socket.on('data', (answer) => {
      // An answer is far smaller than a packet, so that it comes in one piece.
      if (!answer.includes('HTTP/1.1 200 OK') || !answer.includes('\r\n\r\n10')) throw new Error(`${answer}`);
      answered++;
      if (performance.now() < until) socket.write(REQUEST);
      else if (++idle === CONNECTIONS) done();
    });
  }
  return async function load(milliseconds) {
    const start = performance.now();
    [answered, idle, until] = [0, 0, start + milliseconds];
    const finished = new Promise((resolve) => (done = resolve));
    for (const socket of sockets) socket.write(REQUEST);
    await finished;
    return { answered, took: performance.now() - start };
  };
};
