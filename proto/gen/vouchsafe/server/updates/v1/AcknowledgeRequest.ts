// Original file: vouchsafe/server/updates/v1/updates.proto

import type { Long } from '@grpc/proto-loader';

export interface AcknowledgeRequest {
  'revision'?: (number | string | Long);
}

export interface AcknowledgeRequest__Output {
  'revision': (string);
}
