import { AGENT_METRICS } from '../../agent/metrics.ts';
import type { MetricTable } from '../../runtime/monitoring/metric.ts';
import { SERVER_METRICS } from '../../server/metrics.ts';
import { code, table } from './markdown.ts';

/** The page on metrics. */
export function metricsPage(): string[] {
  return [
    '# Metrics',
    'What `/metrics` of [`monitoring_address`](monitoring.md) has, for Prometheus and whatever reads its format. Times are in ' +
      'seconds. A histogram has `_bucket`, `_sum` and `_count` behind its name.',
    ...section('Server', SERVER_METRICS),
    ...section('Agent', AGENT_METRICS),
    '## Of the process itself',
    'Both have the metrics that Prometheus clients for Node.js have in common, among them:',
    table(
      ['Metric', 'What it says'],
      [
        [
          code('nodejs_eventloop_lag_p99_seconds'),
          'By how much the event loop is late, at the 99th percentile.',
        ],
        [code('process_cpu_seconds_total'), 'CPU time used.'],
        [code('process_resident_memory_bytes'), 'Resident memory.'],
        [code('process_open_fds'), 'Open file descriptors.'],
        [code('nodejs_heap_size_used_bytes'), 'Heap in use.'],
        [code('process_start_time_seconds'), 'When it started, in Unix seconds.'],
      ],
    ),
  ];
}

function section(title: string, metrics: MetricTable): string[] {
  return [
    `## ${title}`,
    table(
      ['Metric', 'Kind', 'Labels', 'What it says'],
      Object.entries(metrics).map(([name, { kind, labels, help }]) => [
        code(name),
        kind,
        labels.map(code).join(', '),
        help,
      ]),
    ),
  ];
}
