import { Selector } from '@vouchsafe/pki/selector';

interface Message {
  readonly type: string;
  readonly value: string;
}

export const decodeSelectors = (messages: readonly Message[]): Selector[] =>
  messages.map(({ type, value }) => Selector.of(type, value));

export const encodeSelectors = (selectors: readonly Selector[]): Message[] =>
  selectors.map(({ type, value }) => ({ type, value }));
