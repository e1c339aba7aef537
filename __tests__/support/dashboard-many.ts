import { FeatureFlag, P, liveSegment, ramp, segment, type Engine, type Options, type Rule } from 'gatekeeper-flags';
import { NOW } from './dashboard';
import { engineOf } from './config';

const AREAS = ['CHECKOUT', 'SEARCH', 'BASKET', 'CATALOGUE', 'ACCOUNT', 'EMAIL', 'PRICING', 'DELIVERY', 'ADMIN', 'API'];
const LONG = 'REDESIGNED_CONFIRMATION_PAGE_WITH_DELIVERY_ESTIMATES_AND_GIFT_OPTIONS';
const WORDS = ['NEW_LAYOUT', 'FASTER_QUERY', 'DARK_MODE', LONG, 'RETRY_POLICY', 'ONE_CLICK', 'SUGGESTIONS', 'LIMITS'];
const STORY = 'It goes on to tell why this flag is here, who asked for it, when it was meant to be gone, '.repeat(3);
const ARMS = ['CONTROL', 'SHORT', 'LONG', 'PICTURE_FIRST', 'VIDEO', 'WITH_TESTIMONIALS_AND_A_LONG_NAME', 'G', 'H'];
const DAY = 24 * 60 * 60 * 1000;

const autumn = liveSegment('the autumn list', { description: 'who signed up in autumn' });
const colleagues = segment('colleagues', { user: { email: P.string.endsWith('@shop.example') } } as never);

const onDay = (day: number) => new Date(NOW - day * DAY).toISOString().slice(0, 10);
const shares = Object.fromEntries(ARMS.map((arm) => [arm, 100 / ARMS.length]));
/** Rules of each kind, in turn. */
const RULES: readonly Rule<string>[][] = [
  [
    { name: 'autumn', when: autumn, serve: 'ON' },
    { name: 'all', rollout: ramp(onDay(3), { day1: 1, day3: 10, day7: 50, day14: 100 }), serve: 'ON' },
  ],
  [
    { name: 'growth', when: { user: { country: P.union('GB', 'IE', 'FR') } } as never, rollout: 25, serve: 'ON' },
    { name: 'whoever has bought anything in the last twelve months', rollout: 0.5, serve: 'ON' },
  ],
  [],
];

class WrittenFlag extends FeatureFlag<string> {
  readonly description = '';
  readonly variants = {};
  readonly off = '';
}

/** A flag as somebody may have written it, another for each `at`. */
function flagAt(at: number): FeatureFlag<string> {
  const hasArms = at % 7 === 3;
  const [off = '', on = ''] = hasArms ? ARMS : ['OFF', 'ON'];
  const members = {
    variants: Object.fromEntries((hasArms ? ARMS : [off, on]).map((name) => [name, name])),
    description: at % 11 === 5 ? STORY : 'What changes for customers',
    ...{ off, draft: at % 13 === 6, overridable: at % 12 !== 7 },
    owner: ['payments', undefined, 'platform and infrastructure', 'search'][at % 4],
    created: at % 6 === 5 ? undefined : onDay((at * 37) % 900),
    expires: at % 9 === 2 ? onDay(30) : undefined,
    ...(at % 17 === 8 ? { starts: onDay(-60) } : at % 19 === 9 && { ends: onDay(60) }),
    overrides: at % 8 === 1 ? { [on]: [42, 'a-very-long-id-of-some-provider|6f1d2c3b4a5968778695a4b3c2d1e0f0'] } : {},
    payloads: hasArms ? { [on]: { headline: 'A few words', steps: [1, 2, 3] } } : {},
    rules: hasArms
      ? [
          { name: 'colleagues', when: colleagues, serve: on },
          { name: 'arms', split: shares },
        ]
      : RULES[at % RULES.length],
  };
  return Object.assign(new WrittenFlag(), members);
}

/** An engine over `count` flags of all kinds: long names, many variants, drafts, ramps, experiments, expired ones. */
export function engineOfMany(count: number, options: Options = {}): Engine<any> {
  const name = (at: number) =>
    `${AREAS[at % AREAS.length]}_${WORDS[Math.floor(at / AREAS.length) % WORDS.length]}_${at}`;
  const flags = Object.fromEntries(Array.from({ length: count }, (_, at) => [name(at), flagAt(at)]));
  const secret = 'a-secret-of-at-least-32-characters';
  return engineOf(flags, { now: () => NOW, environment: 'staging', secret, ...options });
}

/** Brings some of its flags into each of the states that live control knows. */
export async function bringToLife(engine: Engine<any>): Promise<void> {
  const { live } = engine;
  const names = engine.flags().map(({ name }) => name);
  const by = (reason: string) => ({ actor: 'Grace', reason });
  await live.kill(names[1]!, by('card payments fail in Ireland since 14:02; the provider is looking at it'));
  await live.pin(names[2]!, 'ON', by('for the demo'));
  await live.pin(names[3]!, 'WITH_TESTIMONIALS_AND_A_LONG_NAME', by('it won'));
  await live.setRollout(names[4]!, 'growth', 40, by('a good first week'));
  await live.holdRamp(names[0]!, 'all', by('waiting for the designers'));
  for (const user of [7, 'someone@example.com']) await live.addUser(names[0]!, 'ON', user, by('wants to try'));
  const ids = Array.from({ length: 140 }, (_, at) => at * 31);
  await live.addToSegment('the autumn list', ids, by('the list'));
}
