// Original file: vouchsafe/server/updates/v1/updates.proto

export const Kind = {
  KIND_UNSPECIFIED: 'KIND_UNSPECIFIED',
  ENTRY: 'ENTRY',
  AGENT: 'AGENT',
  BUNDLE: 'BUNDLE',
} as const;

export type Kind =
  | 'KIND_UNSPECIFIED'
  | 0
  | 'ENTRY'
  | 1
  | 'AGENT'
  | 2
  | 'BUNDLE'
  | 3

export type Kind__Output = typeof Kind[keyof typeof Kind]
