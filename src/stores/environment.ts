import type { Engine } from '../engine';
import { unknownName } from '../errors';
import type { LiveFlag, LiveState } from '../live-state';

/**
 * What this process's environment says of flags: `GATEKEEPER_KILL=FLAG,FLAG` kills, and outside production
 * `GATEKEEPER_<FLAG>=VARIANT` chooses a variant. A name that does not exist is warned about.
 */
export function readEnvironment({ config, env, production, logger }: Engine<any>): LiveState['flags'] {
  const { compiled } = config;
  const live = new Map<string, LiveFlag>();
  const warn = (variable: string, message: string) => logger.warn(`gatekeeper: ${variable}: ${message}`);

  for (const { name, variants } of production ? [] : compiled.values()) {
    const variable = `GATEKEEPER_${name}`;
    const variant = variable === 'GATEKEEPER_KILL' ? undefined : env[variable];
    if (variant === undefined) continue;
    if (variants.includes(variant)) live.set(name, { environment: variant });
    else warn(variable, unknownName(`variant of ${name}`, variant, variants));
  }
  for (const variable of production ? [] : Object.keys(env)) {
    const [, name] = /^GATEKEEPER_(.+)$/s.exec(variable) ?? [];
    if (name === undefined || name === 'KILL' || compiled.has(name)) continue;
    const message = unknownName('flag', name, [...compiled.keys()]);
    if (message.includes('did you mean')) warn(variable, message); // others may be the app's own
  }
  for (const name of (env.GATEKEEPER_KILL ?? '').split(',').map((part) => part.trim())) {
    if (compiled.has(name)) live.set(name, { ...live.get(name), killed: 'killed by GATEKEEPER_KILL' });
    else if (name !== '') warn('GATEKEEPER_KILL', unknownName('flag', name, [...compiled.keys()]));
  }
  return live;
}
