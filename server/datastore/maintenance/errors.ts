/** What looking after a database can refuse. */
export const MAINTENANCE_ERRORS = {
  MAINTENANCE_NO_DATABASE: 'there is no database',
  MAINTENANCE_SCHEMA: 'the schema is not that of this release',
  MAINTENANCE_NOT_EMPTY: 'the database is not empty',
  MAINTENANCE_DUMP_INVALID: 'the dump cannot be used',
  MAINTENANCE_TARGET_TAKEN: 'something is there already',
  MAINTENANCE_KEYS_CHANGED: 'the keys changed while they were copied',
  MAINTENANCE_BACKUP_INVALID: 'the backup cannot be used',
} as const;

export type MaintenanceErrorCode = keyof typeof MAINTENANCE_ERRORS;

export class MaintenanceError extends Error {
  readonly code: MaintenanceErrorCode;

  constructor(code: MaintenanceErrorCode, detail: string, options: { cause?: unknown } = {}) {
    super(`${MAINTENANCE_ERRORS[code]}: ${detail}`, options);
    this.name = 'MaintenanceError';
    this.code = code;
  }
}
