import { Selector } from '@vouchsafe/pki/selector';

interface Message {
  readonly type: string;
  readonly value: string;
}

/** @throws TypeError */
export const decodeSelectors = (messages: readonly Message[]): Selector[] =>
  messages.map(({ type, value }) => {
    if (type === '') throw new TypeError('missing selector type');
    if (type.includes(':')) throw new TypeError("selector type contains ':'");
    if (value === '') throw new TypeError('missing selector value');
    return Selector.of(type, value);
  });

export const encodeSelectors = (selectors: readonly Selector[]): Message[] =>
  selectors.map(({ type, value }) => ({ type, value }));
