// What the server decides. The browser is told the variants and payloads of flags with `clientSide = true`, and nothing else.
import { FeatureFlag, defineConfig, type Rule } from 'gatekeeper-flags';

enum Booking {
  LIST = 'LIST',
  PLAN = 'PLAN',
}

class SeatPicker extends FeatureFlag<Booking> {
  readonly description = 'Seats are picked on a plan of the hall, instead of from a list';
  override readonly clientSide = true;
  override readonly unit = 'visitor';
  readonly variants = Booking;
  readonly off = Booking.LIST;
  override readonly rules: Rule<Booking>[] = [{ name: 'everybody', rollout: 100, serve: 'PLAN' }];
}

enum Notice {
  NONE = 'NONE',
  LATE_TRAIN = 'LATE_TRAIN',
  DOORS_EARLY = 'DOORS_EARLY',
}

class HouseNotice extends FeatureFlag<Notice> {
  readonly description = 'A line above the programme; its words are the payload';
  override readonly clientSide = true;
  readonly variants = Notice;
  readonly off = Notice.NONE;
  override readonly payloads = {
    LATE_TRAIN: {
      title: 'The late train waits',
      text: 'On Saturday the 22.52 leaves ten minutes after the last encore.',
    },
    DOORS_EARLY: {
      title: 'Doors at half past six',
      text: 'The bar opens with them; the strings warm up in the foyer.',
    },
  };
}

export const config = defineConfig({ flags: { SEAT_PICKER: new SeatPicker(), HOUSE_NOTICE: new HouseNotice() } });

declare module 'gatekeeper-flags' {
  interface Register {
    config: typeof config;
  }
}
