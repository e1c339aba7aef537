const express = require('express');
const { crowd, plainFlags } = require('./flags');

const FLAGS = plainFlags(10);

/** An app with one page, which checks ten flags of a signed-in user before it answers. */
exports.appOf = async function appOf(peer) {
  const { middleware, on } = await peer.express(FLAGS);
  const user = crowd();
  const names = FLAGS.map(({ name }) => name);
  let visits = 0;

  function answer(req, res) {
    let count = 0;
    for (const name of names) if (on(req, name)) count++;
    res.end(`${count}`);
  }
  async function awaitingAnswer(req, res) {
    let count = 0;
    for (const name of names) if (await on(req, name)) count++;
    res.end(`${count}`);
    req.answered?.();
  }
  function plainAnswer(req, res) {
    res.end('10');
  }

  const app = express();
  app.use((req, res, next) => {
    req.user = user(visits++);
    next();
  });
  if (middleware) app.use(middleware);
  app.get('/', on ? (peer.async ? awaitingAnswer : answer) : plainAnswer);
  return app;
};

/** The header lines of a browser that is signed in. */
exports.HEADERS = [
  ['Host', 'shop.example'],
  ['User-Agent', 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'],
  ['Accept', 'text/html,application/xhtml+xml'],
  ['Accept-Language', 'en'],
  ['Cookie', 'session=s%3Aq8Zr0u2JY1vM.k3Jd9bW; theme=dark'],
];
