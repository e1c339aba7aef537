import type { Visit } from '../visit';

/** Where a flag's page is, whatever it is called. */
export function flagUrl(visit: Pick<Visit, 'base'>, name: string): string {
  return named(visit, 'flags', name);
}

export function experimentUrl(visit: Pick<Visit, 'base'>, name: string): string {
  return named(visit, 'experiments', name);
}

function named({ base }: Pick<Visit, 'base'>, folder: string, name: string): string {
  const wellFormed = Buffer.from(name).toString(); // half a character has no place in a URL
  return `${base}/${folder}/${encodeURIComponent(wellFormed)}`;
}
