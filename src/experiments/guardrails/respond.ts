import type { Engine } from '../../engine';
import type { Flag } from '../../flag';
import type { LiveControl } from '../../stores/live-control';
import { ACTOR, act, isFreshStart, isTakenBack } from './act';
import type { Judged } from './comparisons';
import type { Trip } from './guardrail';
import { NONE, type Ledger, type NotedTrip } from './ledger';
import type { FlagWatch, Moment } from './watch';
import { numbersInWords } from './words';

/** Where the process that was first to note a trip has not acted for so long, others do. */
const ACTS_WITHIN = 5_000;

/** What answers trips. */
export interface Responder {
  readonly engine: Engine<any>;
  readonly ledger: Ledger;
  /** Names this process. */
  readonly writer: string;
  warn(line: string): void;
  /** Does what may fail, and tells of it where it does. */
  safely(work: () => Promise<void>): Promise<void>;
}

/** Notes a trip; where no other process was faster, acts, and tells listeners. */
export async function respond(responder: Responder, watch: FlagWatch, one: Judged, now: Moment): Promise<void> {
  const { ledger, writer, warn, safely } = responder;
  const { guardrail, treatment: arm, over } = one;
  const { name, action, tripped: listeners } = guardrail;
  const { tripped: _, enough: __, ...judgement } = one.judgement;
  const { rule, percent } = one.watched;
  const { generation } = watch.window(rule, percent, over, now);
  const reason = `${name}: ${numbersInWords(guardrail, judgement)}`;
  const trip: Trip = { flag: watch.flag.name, rule, guardrail: name, action, reason, at: now.now };
  const noted = await ledger.trip({ trip, numbers: { ...judgement, over }, arm, percent, generation, writer });
  if (!noted) return;
  warn(`${trip.flag}: ${action}, as a guardrail has tripped: ${reason}`);
  await carryOut(responder, noted, () => act(responder.engine, watch.flag, trip));
  for (const listener of listeners) void safely(async () => void (await listener(trip)));
}

/** Does what trips before have not done yet: those of this process, and in the end those of others. */
export async function catchUp(responder: Responder, flag: Flag, { now }: Moment): Promise<void> {
  for (const { noted, acted } of responder.ledger.standing(flag.name)) {
    // Where the other process's clock is ahead, nobody knows how long ago it was.
    const isOurs = noted.writer === responder.writer || Math.abs(now - noted.trip.at) > ACTS_WITHIN;
    if (acted !== undefined || !isOurs) continue;
    const again = async () => (await doneBefore(responder.engine, noted)) ?? act(responder.engine, flag, noted.trip);
    await carryOut(responder, noted, again);
  }
}

/** Notes what a person took back while nobody was there to hear of it, as when the app was stopped. */
export async function noteTakenBack({ engine, ledger }: Responder, flag: Flag, { state }: Moment): Promise<void> {
  const done = ledger.standing(flag.name).filter(({ acted = NONE }) => acted !== NONE);
  const undone = done.filter(({ noted }) => isTakenBack(flag, noted.trip, state));
  if (undone.length === 0) return;
  const history = await (engine.live as LiveControl<any>).history({ flag: flag.name }).catch(() => []);
  for (const { acted } of undone) {
    const change = history.find((one) => one.revision > acted! && isFreshStart(one));
    if (change) await ledger.changed(flag.name, change);
  }
  await ledger.refresh();
}

async function carryOut(
  { ledger, safely }: Responder,
  noted: NotedTrip,
  work: () => ReturnType<typeof act>,
): Promise<void> {
  await safely(async () => {
    const done = await work();
    if (done !== 'pending') await ledger.acted(noted, done);
  });
}

/** The kill that was made for a trip before anybody could say so: a person may have restored it since. */
async function doneBefore(engine: Engine<any>, { trip }: NotedTrip): Promise<number | undefined> {
  if (trip.action !== 'kill') return undefined;
  const history = await (engine.live as LiveControl<any>).history({ flag: trip.flag }).catch(() => []);
  const isIt = (change: (typeof history)[number]) =>
    change.actor === ACTOR && change.reason === trip.reason && change.at >= trip.at;
  return history.find(isIt)?.revision;
}
