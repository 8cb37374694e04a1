// Original file: /work/main/proto/spiffe/workload/workloadapi.proto


export interface WITBundlesRequest {
}

export interface WITBundlesRequest__Output {
}
