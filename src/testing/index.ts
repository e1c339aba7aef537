export { allCombinations, eachVariant } from './each-variant';
export { expectNoExpiredFlags, type ExpiredFlagsOptions } from './expired-flags';
export { overrideCookie, type TestCookie } from './override-cookie';
export { sinkContract, type SinkAbility, type SinkContractOptions } from './sink-contract';
export { storeContract, type StoreAbility, type StoreContractOptions } from './store-contract';
export { testGatekeeper } from './test-gatekeeper';
