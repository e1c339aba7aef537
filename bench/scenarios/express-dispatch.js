const { IncomingMessage, ServerResponse } = require('node:http');
const { Socket } = require('node:net');
const { HEADERS, appOf } = require('../lib/app');
const { serving } = require('../lib/peers');
const { atMost } = require('../lib/targets');
const { keep, time } = require('../lib/time');

module.exports = {
  title: 'Express, in process: a request with ten checks',
  unit: 'µs',
  peers: serving,
  // What is asked for is a small difference of large numbers.
  times: 2,
  async measure(peer) {
    const app = await appOf(peer);
    const socket = new Socket();

    function request(i) {
      const req = new IncomingMessage(socket);
      req.method = 'GET';
      req.url = '/';
      req._addHeaderLines(HEADERS.flat(), 2 * HEADERS.length);
      // As Node's server does before it hands a request over.
      if (req.headers.expect !== undefined) throw new Error('unexpected');
      return keep(i, req);
    }
    function dispatch(i) {
      const req = request(i);
      const res = new ServerResponse(req);
      app(req, res);
      return res.writableEnded;
    }
    function awaitingDispatch(i) {
      const req = request(i);
      const res = new ServerResponse(req);
      return new Promise((resolve) => {
        req.answered = () => resolve(res.writableEnded);
        app(req, res);
      });
    }
    const once = await (peer.async ? awaitingDispatch : dispatch)(0);
    if (!once) throw new Error('the request was not answered');
    return (await time(peer.async ? awaitingDispatch : dispatch, peer)) / 1000;
  },
  targets: (of) => [atMost(4, of.ours - of.plain, ' µs more than plain')],
};
