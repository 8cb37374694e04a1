// What JWT-SVIDs cost: signing and verifying, beside jose and beside the bare signature each of them needs.
// Run: node --conditions=vouchsafe-source bench/jwt.ts
import * as jose from 'jose';
import { sign, verify } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { promisify } from 'node:util';
import { BundleSet } from '@vouchsafe/pki/bundle/bundle-set';
import { encodeJwks } from '@vouchsafe/pki/bundle/jwks';
import { TrustBundle } from '@vouchsafe/pki/bundle/trust-bundle';
import { JwtAuthority } from '@vouchsafe/pki/jwt/jwt-authority';
import { signJwtSvid, verifyJwtSvid } from '@vouchsafe/pki/jwt/jwt-svid';
import { generateKeyPair, type KeyPair } from '@vouchsafe/pki/keys/key-pair';
import type { KeyType } from '@vouchsafe/pki/keys/key-type';
import { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import { TrustDomain } from '@vouchsafe/pki/trust-domain';

const ROUNDS = 5;
const ROUND_MS = 400;
/** Enough that the thread pool never waits for the event loop; a server at work has as many. */
const IN_FLIGHT = 8 * availableParallelism();

const trustDomain = TrustDomain.of('example.org');
const spiffeId = SpiffeId.of(trustDomain, '/ns/default/sa/web');
const audience = ['spiffe://example.org/ns/default/sa/db'];
const issuedAt = new Date();
const expiresAt = new Date(issuedAt.getTime() + 300_000);
const keyId = 'C6vs25welZOx6WksNYfbMfiw9l96pMnD';

type Work = () => Promise<unknown>;

interface Cost {
  readonly perSecond: number;
  /** Of all threads together. */
  readonly cpuMicroseconds: number;
}

/** The best of several rounds: what the work costs when nothing disturbs it. */
async function measure(work: Work): Promise<Cost> {
  let best: Cost = { perSecond: 0, cpuMicroseconds: Infinity };
  for (let round = 0; round < ROUNDS; round++) {
    const cost = await measureRound(work);
    best = {
      perSecond: Math.max(best.perSecond, cost.perSecond),
      cpuMicroseconds: Math.min(best.cpuMicroseconds, cost.cpuMicroseconds),
    };
  }
  return best;
}

async function measureRound(work: Work): Promise<Cost> {
  let runs = 0;
  const cpu = process.cpuUsage();
  const start = performance.now();
  const worker = async (): Promise<void> => {
    for (; performance.now() - start < ROUND_MS; runs++) await work();
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
  const { user, system } = process.cpuUsage(cpu);
  const seconds = (performance.now() - start) / 1000;
  return { perSecond: runs / seconds, cpuMicroseconds: (user + system) / runs };
}

interface Contest {
  readonly ours: Work;
  readonly jose: Work;
  /** The signature alone, in the thread pool. */
  readonly bare: Work;
}

function signing(alg: string, { signer, privateKey }: KeyPair): Contest {
  const seconds = (date: Date): number => Math.floor(date.getTime() / 1000);
  const request = { spiffeId, audience, issuedAt, expiresAt };
  const data = Buffer.alloc(300);
  return {
    ours: () => signJwtSvid(request, { keyId, signer }),
    jose: () =>
      new jose.SignJWT({ sub: spiffeId.toString(), aud: audience })
        .setProtectedHeader({ alg, kid: keyId, typ: 'JWT' })
        .setIssuedAt(seconds(issuedAt))
        .setExpirationTime(seconds(expiresAt))
        .sign(privateKey),
    bare: () => signer.sign(data),
  };
}

const verifyInThreadPool = promisify(verify);

async function verifying(alg: string, key: KeyPair): Promise<Contest> {
  const { signer, privateKey, publicKeyInfo } = key;
  const token = await signJwtSvid({ spiffeId, audience, issuedAt, expiresAt }, { keyId, signer });
  const authority = JwtAuthority.of({ keyId, publicKeyInfo });
  const bundle = TrustBundle.of({ trustDomain, jwtAuthorities: [authority] });
  const { jwtAuthorities: authorities } = BundleSet.of([bundle]);
  const checks = { audience: audience[0]!, authorities, now: issuedAt };
  const jwks = JSON.parse(Buffer.from(encodeJwks(bundle)).toString()) as jose.JSONWebKeySet;
  const keys = jose.createLocalJWKSet(jwks);
  const data = Buffer.alloc(300);
  const signature = sign('sha256', data, privateKey);
  return {
    ours: () => verifyJwtSvid(token, checks),
    jose: () => jose.jwtVerify(token, keys, { audience: audience[0]!, algorithms: [alg] }),
    bare: () => verifyInThreadPool('sha256', data, authority.publicKey, signature),
  };
}

async function report(name: string, contest: Contest): Promise<void> {
  const ours = await measure(contest.ours);
  const theirs = await measure(contest.jose);
  const bare = await measure(contest.bare);
  const rows = { ours, jose: theirs, 'signature alone': bare };
  console.log(name);
  for (const [who, { perSecond, cpuMicroseconds }] of Object.entries(rows)) {
    const rate = perSecond.toFixed(0).padStart(7);
    const ratio = (cpuMicroseconds / ours.cpuMicroseconds).toFixed(2);
    const cpu = cpuMicroseconds.toFixed(1).padStart(7);
    console.log(`  ${who.padEnd(15)} ${rate}/s, ${cpu} µs CPU, ${ratio} × ours`);
  }
}

const KEY_TYPES: readonly (readonly [alg: string, keyType: KeyType])[] = [
  ['ES256', 'ec-p256'],
  ['RS256', 'rsa-2048'],
];

for (const [alg, keyType] of KEY_TYPES) {
  const key = await generateKeyPair(keyType);
  await report(`sign ${alg}`, signing(alg, key));
  await report(`verify ${alg}`, await verifying(alg, key));
}
