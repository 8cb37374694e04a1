// Original file: vouchsafe/server/updates/v1/updates.proto


export interface AcknowledgeResponse {
}

export interface AcknowledgeResponse__Output {
}
