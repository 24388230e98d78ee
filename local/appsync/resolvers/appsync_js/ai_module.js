// '@aws-appsync/utils/ai': requests to an Amazon Bedrock data source.
// https://docs.aws.amazon.com/appsync/latest/devguide/resolver-reference-bedrock-js.html
"use strict";

appsync.modules["@aws-appsync/utils/ai"] = Object.freeze({
  invokeModel: (payload) => ({ operation: "InvokeModel", ...payload }),
  converse: (payload) => ({ operation: "Converse", ...payload }),
});
