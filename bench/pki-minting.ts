// What X509-SVIDs cost: checking a CSR, minting, reading, verifying; beside the bare signature each of them needs, and
// beside @peculiar/x509. Run: node --conditions=vouchsafe-source bench/pki-minting.ts
import { availableParallelism } from 'node:os';
import { generateKeyPair } from '@vouchsafe/pki/keys/key-pair';
import { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import { TrustDomain } from '@vouchsafe/pki/trust-domain';
import { parseCertificate } from '@vouchsafe/pki/x509/certificate';
import { createCsr, parseCsr, verifyCsr } from '@vouchsafe/pki/x509/csr';
import { mintAuthority, mintX509Svid } from '@vouchsafe/pki/x509/mint';
import { newSerialNumber } from '@vouchsafe/pki/x509/serial';
import { verifyX509Svid } from '@vouchsafe/pki/x509/verify';
import { mintByLibrary, prepareLibraryIssuer } from './library-minting.ts';

const ROUNDS = 5;
const ROUND_MS = 1000;
const HOUR_MS = 3_600_000;
/** Enough that no thread of the pool falls asleep, which costs as much as a signature; a server at work has as many. */
const IN_FLIGHT = 32 * availableParallelism();

const trustDomain = TrustDomain.of('example.org');
const spiffeId = SpiffeId.of(trustDomain, '/ns/default/sa/web');
const dnsNames = ['web.default.svc'];
const notBefore = new Date(Math.floor(Date.now() / 1000) * 1000 - 10_000);
const validity = { notBefore, notAfter: new Date(notBefore.getTime() + HOUR_MS) };
const now = new Date(notBefore.getTime() + 10_000);

const authorityKey = await generateKeyPair('ec-p256');
const authority = parseCertificate(
  await mintAuthority({
    trustDomain,
    signer: authorityKey.signer,
    serialNumber: newSerialNumber(),
    ...validity,
  }),
);
const issuer = { certificate: authority, signer: authorityKey.signer };
const { signer, publicKeyInfo } = await generateKeyPair('ec-p256');
const csr = await createCsr({ signer, spiffeId });

const mint = (key: Uint8Array): Promise<Uint8Array> =>
  mintX509Svid({
    spiffeId,
    dnsNames,
    publicKeyInfo: key,
    serialNumber: newSerialNumber(),
    issuer,
    ...validity,
  });

async function provenKey(): Promise<Uint8Array> {
  const request = parseCsr(csr);
  await verifyCsr(request);
  return request.publicKeyInfo;
}

const leafDer = await mint(publicKeyInfo);
const leaf = parseCertificate(leafDer);
const authorities = (): readonly [typeof authority] => [authority];
const libraryIssuer = await prepareLibraryIssuer(trustDomain);

interface Case {
  readonly name: string;
  readonly work: () => unknown;
  /** Of how many operations in flight the throughput is that of; 1 for work that has no other thread to go to. */
  readonly inFlight: number;
}

const SIGNATURE = 'signature, P-256';
const MINT = 'mint';
const LIBRARY_MINT = 'mint, @peculiar/x509';

const cases: readonly Case[] = [
  {
    name: SIGNATURE,
    work: () => authorityKey.signer.sign(leafDer),
    inFlight: IN_FLIGHT,
  },
  { name: MINT, work: () => mint(publicKeyInfo), inFlight: IN_FLIGHT },
  {
    name: 'check a CSR, then mint',
    work: async () => mint(await provenKey()),
    inFlight: IN_FLIGHT,
  },
  { name: 'check a CSR', work: provenKey, inFlight: IN_FLIGHT },
  { name: 'read a CSR', work: () => parseCsr(csr), inFlight: 1 },
  { name: 'read a certificate', work: () => parseCertificate(leafDer), inFlight: 1 },
  {
    name: 'verify an X509-SVID',
    work: () => verifyX509Svid({ chain: [leaf], authorities, now }),
    inFlight: 1,
  },
  {
    name: 'read and verify one',
    work: () => verifyX509Svid({ chain: [parseCertificate(leafDer)], authorities, now }),
    inFlight: 1,
  },
  {
    name: LIBRARY_MINT,
    work: () => mintByLibrary(libraryIssuer, { spiffeId, dnsNames, publicKeyInfo, ...validity }),
    inFlight: IN_FLIGHT,
  },
];

interface Cost {
  readonly perSecond: number;
  /** CPU time of the whole process, all threads, in microseconds. */
  readonly cpuMicros: number;
}

async function measureRound({ work, inFlight }: Case): Promise<Cost> {
  const cpuBefore = process.cpuUsage();
  const start = performance.now();
  let runs = 0;
  const worker = async (): Promise<void> => {
    while (performance.now() - start < ROUND_MS) {
      const result = work();
      if (result instanceof Promise) await result;
      runs++;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
  const elapsedMs = performance.now() - start;
  const { user, system } = process.cpuUsage(cpuBefore);
  return { perSecond: (runs * 1000) / elapsedMs, cpuMicros: (user + system) / runs };
}

/** The round that was disturbed least. */
async function measure(row: Case): Promise<Cost> {
  let best: Cost = { perSecond: 0, cpuMicros: Infinity };
  for (let round = 0; round < ROUNDS; round++) {
    const cost = await measureRound(row);
    if (cost.perSecond > best.perSecond) best = cost;
  }
  return best;
}

const costs = new Map<string, Cost>();
for (const row of cases) costs.set(row.name, await measure(row));

const signature = costs.get(SIGNATURE)!;
console.log(`Node ${process.version}, ${availableParallelism()} cores, ${IN_FLIGHT} in flight\n`);
console.log('                              per second    CPU µs   signatures');
for (const [name, { perSecond, cpuMicros }] of costs) {
  const rate = Math.round(perSecond).toLocaleString('en').padStart(10);
  const cpu = cpuMicros.toFixed(1).padStart(9);
  const ratio = (cpuMicros / signature.cpuMicros).toFixed(2).padStart(12);
  console.log(`${name.padEnd(30)}${rate}${cpu}${ratio}`);
}
const factor = (of: (cost: Cost) => number): string =>
  (of(costs.get(MINT)!) / of(costs.get(LIBRARY_MINT)!)).toFixed(1);
console.log(
  `\nmint against @peculiar/x509: ${factor(({ perSecond }) => perSecond)} times the rate, ` +
    `${factor(({ cpuMicros }) => 1 / cpuMicros)} times per CPU second`,
);
