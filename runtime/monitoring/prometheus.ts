import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import type { Meter, MetricTable, Sample } from './metric.ts';

/** From what memory answers to what a deadline ends. */
const BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** What was measured, as Prometheus reads it. */
export interface Exposition {
  readonly contentType: string;
  text(): Promise<string>;
}

/** A metric and, by their labels, the lines of it that were used: they are looked up once and then at hand. */
interface Family<M, C> {
  readonly metric: M;
  readonly children: Map<string, C>;
}

type Source = () => number | Iterable<Sample>;

/**
 * Keeps the measurements of a daemon, with those of the process itself (`process_…`, `nodejs_…`, the delay of the event
 * loop among them).
 */
export class PrometheusMeter<T extends MetricTable> implements Meter<T>, Exposition {
  readonly #registry = new Registry();
  readonly #counters = new Map<PropertyKey, Family<Counter, Counter.Internal>>();
  readonly #histograms = new Map<PropertyKey, Family<Histogram, Histogram.Internal<string>>>();
  readonly #sources = new Map<PropertyKey, Source>();

  constructor(table: T) {
    const registers = [this.#registry];
    for (const [name, { kind, help, labels }] of Object.entries(table)) {
      const common = { name, help, labelNames: [...labels], registers };
      if (kind === 'counter') {
        this.#counters.set(name, { metric: new Counter(common), children: new Map() });
      } else if (kind === 'histogram') {
        const metric = new Histogram({ ...common, buckets: BUCKETS });
        this.#histograms.set(name, { metric, children: new Map() });
      } else {
        const gauge: Gauge = new Gauge({ ...common, collect: () => this.#collect(name, gauge) });
      }
    }
    collectDefaultMetrics({ register: this.#registry });
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }

  count(name: PropertyKey, ...labels: readonly string[]): void {
    childOf(this.#counters.get(name)!, labels).inc();
  }

  time(name: PropertyKey, seconds: number, ...labels: readonly string[]): void {
    childOf(this.#histograms.get(name)!, labels).observe(seconds);
  }

  gauge(name: PropertyKey, read: Source): void {
    this.#sources.set(name, read);
  }

  /** What there was before and is no more must not be told again. */
  #collect(name: PropertyKey, gauge: Gauge): void {
    gauge.reset();
    const read = this.#sources.get(name)?.() ?? 0;
    const samples = typeof read === 'number' ? [{ value: read }] : read;
    for (const { labels = {}, value } of samples) gauge.set(labels, value);
  }
}

interface Labelled<C> {
  labels(...labels: readonly string[]): C;
}

function childOf<C>({ metric, children }: Family<Labelled<C>, C>, labels: readonly string[]): C {
  const key = labels.length === 1 ? labels[0]! : labels.join('\n');
  const known = children.get(key);
  if (known !== undefined) return known;
  const made = metric.labels(...labels);
  children.set(key, made);
  return made;
}
