import { Session } from 'node:inspector/promises';
import t from 'tap';
import { closeDescriptor, exited, openPidfd } from '../../runtime/kernel.ts';

t.test('signals do not make a running process look as if it had exited', async (t) => {
  const pidfd = openPidfd(process.pid)!;
  const session = new Session();
  session.connect();
  t.teardown(() => {
    session.disconnect();
    closeDescriptor(pidfd);
  });
  // The sampling profiler interrupts this thread by a signal for each sample.
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: 50 });
  await session.post('Profiler.start');
  const end = performance.now() + 1000;
  let asked = 0;
  let wrong = 0;
  while (performance.now() < end) {
    asked++;
    if (exited([pidfd])[0] === true) wrong++;
  }
  await session.post('Profiler.stop');
  t.ok(asked > 1000);
  t.equal(wrong, 0);
});
