import type { RequestHandler } from 'express';
import helmet from 'helmet';

const self = ["'self'"];

const secured = helmet({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'none'"],
      ...{ scriptSrc: self, styleSrc: self, connectSrc: self, formAction: self },
      imgSrc: ["'self'", 'data:'], // the icons of the stylesheet
      frameAncestors: ["'none'"],
      baseUri: ["'none'"],
    },
  },
  // Not no-referrer, under which browsers post forms with `Origin: null`.
  referrerPolicy: { policy: 'same-origin' },
  xFrameOptions: { action: 'deny' },
  strictTransportSecurity: false, // the app's to say
});

/** On every response, errors too. Nobody keeps one, unless a route says otherwise. */
export const headers: RequestHandler = (req, res, next) => {
  res.set('Cache-Control', 'no-store');
  secured(req, res, next);
};
