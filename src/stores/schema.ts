import { GatekeeperError } from '../errors';
import { SCHEMA } from './store';

/** What a store says that a newer version has written to. */
export function newerSchema(schema: number): GatekeeperError {
  return new GatekeeperError(
    'store-newer',
    `live state was written by a newer version (layout ${schema}, this one knows ${SCHEMA}); update this process`,
  );
}
