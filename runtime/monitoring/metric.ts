/** What is measured, under the name that Prometheus has of it. */
export interface MetricDefinition {
  readonly kind: 'counter' | 'gauge' | 'histogram';
  /** A sentence. */
  readonly help: string;
  readonly labels: readonly string[];
}

export type MetricTable = Readonly<Record<string, MetricDefinition>>;

type NamesOf<T extends MetricTable, K extends MetricDefinition['kind']> = {
  [N in keyof T]: T[N] extends { readonly kind: K } ? N : never;
}[keyof T];

/** One value, of these labels. */
export interface Sample {
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Where a daemon's parts leave what happens; labels in the order of the table. */
export interface Meter<T extends MetricTable> {
  count(name: NamesOf<T, 'counter'>, ...labels: readonly string[]): void;
  /** Seconds. */
  time(name: NamesOf<T, 'histogram'>, seconds: number, ...labels: readonly string[]): void;
  /** Read when somebody asks for it. */
  gauge(name: NamesOf<T, 'gauge'>, read: () => number | Iterable<Sample>): void;
}

/** For who measures nothing. */
export const noMeter = <T extends MetricTable>(): Meter<T> => ({
  count: () => undefined,
  time: () => undefined,
  gauge: () => undefined,
});
