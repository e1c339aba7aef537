// The demo runs as in development, unless told otherwise: plain override cookies then work. This file is imported before
// the config, which reads NODE_ENV. A real app must not do this: production would be open wherever NODE_ENV is forgotten.
process.env.NODE_ENV ??= 'development';
