import { createClient } from 'gatekeeper-flags/client/browser';
import type { config } from './flags'; // its type alone: no rule comes along

/** This page's flags. On the server, which imports it too, it does nothing. */
export const client = createClient<typeof config>();
