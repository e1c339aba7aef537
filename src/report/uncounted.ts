import type { Engine } from '../engine';

/** `engine` with its flags and live state, for those who only look: what it decides is neither counted nor reported. */
export function uncounted<E extends Engine<any>>(engine: E): E {
  return Object.create(engine, {
    report: { value: { ...engine.report, decided() {}, exposed() {}, tracked() {} } },
  }) as E;
}
