import type { RequestHandler } from 'express';

/** The pages need nothing but their own style, fonts and forms; and they are about one visitor, so nobody may keep them. */
export const headers: RequestHandler = (_req, res, next) => {
  res.set({
    'Content-Security-Policy': "default-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    'Referrer-Policy': 'same-origin',
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'private, no-cache',
  });
  next();
};

/** Refuses forms that another site sends in a visitor's name. Browsers say where a form is from; others must, too. */
export const sameOrigin: RequestHandler = (req, res, next) => {
  if (req.method === 'GET' || req.method === 'HEAD') return next();
  const site = req.get('Sec-Fetch-Site');
  const origin = req.get('Origin') ?? '';
  const ours = site === undefined ? URL.canParse(origin) && new URL(origin).host === req.host : site === 'same-origin';
  if (ours) return next();
  res.status(403).type('text').send('This form was not sent from a page of this shop.');
};
