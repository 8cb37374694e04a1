// Original file: vouchsafe/server/entry/v1/entry.proto


export interface GetAuthorizedAttributesRequest {
}

export interface GetAuthorizedAttributesRequest__Output {
}
