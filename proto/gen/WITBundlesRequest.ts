// Original file: spiffe/workload/workloadapi.proto


export interface WITBundlesRequest {
}

export interface WITBundlesRequest__Output {
}
