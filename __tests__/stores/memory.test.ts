import { memoryStore } from 'gatekeeper-flags/stores/memory';
import { storeContract } from 'gatekeeper-flags/testing';

const kept = new Map<string, ReturnType<typeof memoryStore>>();

storeContract({
  it,
  create(namespace) {
    const store = kept.get(namespace) ?? memoryStore();
    kept.set(namespace, store);
    return store;
  },
  cannot: { 'newer-schema': 'what it keeps ends with its process' },
});
