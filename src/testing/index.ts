export { allCombinations, eachVariant } from './each-variant';
export { overrideCookie, type TestCookie } from './override-cookie';
export { storeContract, type StoreAbility, type StoreContractOptions } from './store-contract';
export { testGatekeeper } from './test-gatekeeper';
