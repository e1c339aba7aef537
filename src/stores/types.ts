export type { Change, ChangeBy, LiveControl, LiveStatus } from './live-control';
export type { HistoryQuery, MemberPages, Snapshot, Store, StoredFlag, Write, Written } from './store';
