import t from 'tap';
import { audienceProblem, cappedTtl } from '../../runtime/audience-rules.ts';

const any = { allow: [], maxCount: 0, maxTtlSeconds: 0 };

t.test('which audiences rules forbid', (t) => {
  const rows = [
    [['x', 'y'], any, undefined],
    [['x'], { ...any, allow: ['x', 'y'] }, undefined],
    [['y', 'x'], { ...any, allow: ['x', 'y'] }, undefined],
    [['x', 'x'], { ...any, maxCount: 1 }, undefined],
    [['x', 'y'], { ...any, maxCount: 1 }, 'a JWT-SVID of it names at most one audience, and not 2'],
    [
      ['a', 'b', 'c'],
      { ...any, maxCount: 2 },
      'a JWT-SVID of it names at most 2 audiences, and not 3',
    ],
    [
      ['db.example', 'elsewhere'],
      { ...any, allow: ['db.example'] },
      'audience "elsewhere" is not among those allowed, "db.example"',
    ],
    [
      ['db.exmaple'],
      { ...any, allow: ['api.example', 'db.example'] },
      'audience "db.exmaple" is not among those allowed, "api.example", "db.example"; nearest: "db.example"',
    ],
    [
      ['zzzzzzzz'],
      { ...any, allow: ['a1', 'a2', 'a3', 'a4', 'a5', 'a6', 'a7'] },
      'audience "zzzzzzzz" is not among those allowed, "a1", "a2", "a3", "a4", "a5" and 2 more',
    ],
    [['X'], { ...any, allow: ['x'] }, /is not among those allowed, "x"; nearest: "x"/],
    [['x\n'], { ...any, allow: ['x'] }, /^audience "x\\n" is not/],
  ] as const;
  for (const [audience, rules, problem] of rows) {
    const found = audienceProblem(audience, rules);
    if (problem instanceof RegExp) t.match(found, problem);
    else t.equal(found, problem, audience.join(' '));
  }
  t.end();
});

t.test('how long a token lives', (t) => {
  t.equal(cappedTtl(300, undefined), 300);
  t.equal(cappedTtl(300, any), 300);
  t.equal(cappedTtl(300, { ...any, maxTtlSeconds: 60 }), 60);
  t.equal(cappedTtl(30, { ...any, maxTtlSeconds: 60 }), 30);
  t.end();
});
