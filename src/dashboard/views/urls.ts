import type { Visit } from '../visit';

/** Where a flag's page is, whatever it is called. */
export function flagUrl({ base }: Pick<Visit, 'base'>, name: string): string {
  const wellFormed = Buffer.from(name).toString(); // half a character has no place in a URL
  return `${base}/flags/${encodeURIComponent(wellFormed)}`;
}
