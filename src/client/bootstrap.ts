import { createHash } from 'node:crypto';
import { Evaluation } from '../evaluation';
import type { Gatekeeper } from '../gatekeeper';
import { uncounted } from '../report/uncounted';
import { Subject } from '../rules/subject';
import type { Answer, Told } from './types';

/**
 * The script element that tells the browser's client its answers. It runs nothing, so that no Content-Security-Policy is in
 * its way, and nothing inside it can end it.
 */
export function bootstrap(gk: Gatekeeper<any>): string {
  const json = JSON.stringify(toldTo(gk)).replace(/[<>&\u2028\u2029]/g, escape);
  return `<script type="application/json" id="gatekeeper">${json}</script>`;
}

function escape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/**
 * What the browser of `gk`'s request may know: of flags with `clientSide = true`, the variants and their payloads. Telling it is
 * no use of a flag, so nothing is counted; but that the response is for one visitor is noted, and rules that fail are reported.
 */
export function toldTo(gk: Gatekeeper<any>): Told {
  const { engine } = gk;
  const bound = gk['bound'];
  const looking = new Evaluation(new Subject(uncounted(engine), bound.subject.source, bound.subject.state));
  looking.overrides = bound.overrides;
  const answers: [string, Answer][] = [];
  for (const flag of engine.config.compiled.values()) {
    if (flag.definition.clientSide !== true) continue;
    const known = bound.known(flag);
    const outcome = known ?? looking.answer(flag);
    if (!known && outcome.reason === 'error') engine.report.decided(flag, outcome);
    const payload = flag.payloads.get(outcome.variant);
    answers.push([flag.name, payload === undefined ? [outcome.variant] : [outcome.variant, payload]]);
  }
  const tag = createHash('sha256').update(JSON.stringify(answers)).digest('base64url').slice(0, 16);
  return { tag, flags: Object.fromEntries(answers) };
}
