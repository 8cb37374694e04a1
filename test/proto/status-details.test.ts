import { decodeStatusDetails, encodeStatusDetails } from '@vouchsafe/proto/status-details';
import t from 'tap';

/** Bytes as grpc-go makes them with status.WithDetails. */
const rows = [
  {
    details: {
      code: 7,
      message: 'agent is not attested',
      reason: 'AGENT_NOT_ATTESTED',
      errorInfo: undefined,
    },
    hex: '080712156167656e74206973206e6f742061747465737465641a410a3b747970652e676f6f676c65617069732e636f6d2f73706972652e6170692e74797065732e5065726d697373696f6e44656e69656444657461696c7312020802',
  },
  {
    details: {
      code: 5,
      message: 'no such workload',
      reason: undefined,
      errorInfo: { reason: 'WORKLOAD_NOT_FOUND', domain: 'spiffe.io', metadata: {} },
    },
    hex: '080512106e6f207375636820776f726b6c6f61641a4b0a28747970652e676f6f676c65617069732e636f6d2f676f6f676c652e7270632e4572726f72496e666f121f0a12574f524b4c4f41445f4e4f545f464f554e4412097370696666652e696f',
  },
] as const;

t.test('writes and reads the bytes of grpc-go', (t) => {
  for (const { details, hex } of rows) {
    t.equal(encodeStatusDetails(details).toString('hex'), hex);
    t.same(decodeStatusDetails(Buffer.from(hex, 'hex')), details);
  }
  t.end();
});

t.test('carries both details at once', (t) => {
  const details = {
    code: 7,
    message: 'no',
    reason: 'AGENT_BANNED',
    errorInfo: { reason: 'X', domain: 'd', metadata: { k: 'v' } },
  } as const;
  t.same(decodeStatusDetails(encodeStatusDetails(details)), details);
  t.end();
});

t.test('a reason from a later version is UNKNOWN', (t) => {
  const hex =
    '08071201781a410a3b747970652e676f6f676c65617069732e636f6d2f73706972652e6170692e74797065732e5065726d697373696f6e44656e69656444657461696c7312020863';
  t.match(decodeStatusDetails(Buffer.from(hex, 'hex')), { code: 7, reason: 'UNKNOWN' });
  t.end();
});

const unreadable: readonly (readonly [name: string, hex: string])[] = [
  ['cut short', '08'],
  ['no wire type 7', '0f'],
  [
    'a detail that is cut short',
    '1a400a3b747970652e676f6f676c65617069732e636f6d2f73706972652e6170692e74797065732e5065726d697373696f6e44656e69656444657461696c73120108',
  ],
];

t.test('bytes that are no status are nothing', (t) => {
  for (const [name, hex] of unreadable) {
    t.equal(decodeStatusDetails(Buffer.from(hex, 'hex')), undefined, name);
  }
  t.same(decodeStatusDetails(new Uint8Array()), {
    code: 0,
    message: '',
    reason: undefined,
    errorInfo: undefined,
  });
  t.end();
});
