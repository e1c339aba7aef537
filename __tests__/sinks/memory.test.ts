import { memorySink } from 'gatekeeper-flags/sinks/memory';
import { sinkContract } from 'gatekeeper-flags/testing';
import type { Sink } from '../../src/sinks/sink';

const sinks = new Map<string, Sink>();
sinkContract({
  it,
  create(namespace) {
    sinks.set(namespace, sinks.get(namespace) ?? memorySink());
    return sinks.get(namespace)!;
  },
});
