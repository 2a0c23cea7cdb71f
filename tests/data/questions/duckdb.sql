-- The user-activity export, one JSON value a line.
CREATE OR REPLACE TEMPORARY VIEW cognito_user_activity AS
SELECT * FROM read_json('export/*.json*', format = 'newline_delimited', columns = {
  eventTimestamp: 'VARCHAR', eventSource: 'VARCHAR', logSourceId: 'STRUCT(userPoolId VARCHAR)',
  message: 'STRUCT(eventId VARCHAR, eventType VARCHAR, userSub VARCHAR, userName VARCHAR, userPoolId VARCHAR, clientId VARCHAR, eventResponse VARCHAR, riskLevel VARCHAR, riskDecision VARCHAR, deviceName VARCHAR, ipAddress VARCHAR, idpName VARCHAR, compromisedCredentialDetected VARCHAR, compromisedCredentialsDetected VARCHAR, city VARCHAR, country VARCHAR, eventFeedbackValue VARCHAR, hasContextData VARCHAR, requestId VARCHAR, creationDate VARCHAR)'});

-- Each event once, with the furthest response.
CREATE OR REPLACE TEMPORARY VIEW auth_event AS
WITH raw AS (
  SELECT
    CASE WHEN lower(trim(message.eventId)) IN ('', 'null') THEN NULL ELSE trim(message.eventId) END AS event_id,
    CASE WHEN lower(trim(message.eventType)) IN ('', 'null') THEN NULL ELSE trim(message.eventType) END AS raw_type,
    CASE WHEN lower(trim(message.eventResponse)) IN ('', 'null') THEN NULL ELSE trim(message.eventResponse) END AS raw_response,
    CASE WHEN lower(trim(message.riskLevel)) IN ('', 'null') THEN NULL ELSE trim(message.riskLevel) END AS raw_level,
    CASE WHEN lower(trim(message.riskDecision)) IN ('', 'null') THEN NULL ELSE trim(message.riskDecision) END AS raw_decision,
    CASE WHEN lower(trim(message.eventFeedbackValue)) IN ('', 'null') THEN NULL ELSE trim(message.eventFeedbackValue) END AS raw_feedback,
    coalesce(CASE WHEN lower(trim(message.compromisedCredentialDetected)) IN ('', 'null') THEN NULL ELSE trim(message.compromisedCredentialDetected) END, CASE WHEN lower(trim(message.compromisedCredentialsDetected)) IN ('', 'null') THEN NULL ELSE trim(message.compromisedCredentialsDetected) END) AS raw_compromised,
    CASE WHEN lower(trim(message.hasContextData)) IN ('', 'null') THEN NULL ELSE trim(message.hasContextData) END AS raw_context,
    CASE WHEN lower(trim(message.idpName)) IN ('', 'null') THEN NULL ELSE trim(message.idpName) END AS idp,
    CASE WHEN lower(trim(message.city)) IN ('', 'null') THEN NULL ELSE trim(message.city) END AS city,
    CASE WHEN lower(trim(message.country)) IN ('', 'null') THEN NULL ELSE trim(message.country) END AS country,
    CASE WHEN lower(trim(message.deviceName)) IN ('', 'null') THEN NULL ELSE trim(message.deviceName) END AS device,
    coalesce(CASE WHEN lower(trim(message.userPoolId)) IN ('', 'null') THEN NULL ELSE trim(message.userPoolId) END, CASE WHEN lower(trim(logSourceId.userPoolId)) IN ('', 'null') THEN NULL ELSE trim(logSourceId.userPoolId) END) AS pool_id,
    CASE WHEN lower(trim(message.clientId)) IN ('', 'null') THEN NULL ELSE trim(message.clientId) END AS client_id,
    coalesce(CASE WHEN lower(trim(message.userSub)) IN ('', 'null') THEN NULL ELSE trim(message.userSub) END, CASE WHEN lower(trim(message.userName)) IN ('', 'null') THEN NULL ELSE trim(message.userName) END) AS user_id,
    CASE WHEN lower(trim(message.ipAddress)) IN ('', 'null') THEN NULL ELSE trim(message.ipAddress) END AS address,
    NULLIF(TRY_CAST(trim(eventTimestamp) AS bigint), 0) AS at_ms
  FROM cognito_user_activity
  WHERE (message.eventId IS NOT NULL OR message.userPoolId IS NOT NULL)
    AND coalesce(upper(eventSource), '') <> 'USER_NOTIFICATION'),
words AS (
  SELECT raw.*,
    CASE translate(lower(raw_type), '_- ' || chr(9) || chr(10) || chr(13), '') WHEN 'signin' THEN 'SignIn' WHEN 'signup' THEN 'SignUp' WHEN 'forgotpassword' THEN 'ForgotPassword' WHEN 'passwordchange' THEN 'PasswordChange' WHEN 'resendcode' THEN 'ResendCode' ELSE raw_type END AS event_type,
    CASE translate(lower(raw_response), '_- ' || chr(9) || chr(10) || chr(13), '') WHEN 'inprogress' THEN 'InProgress' WHEN 'fail' THEN 'Fail' WHEN 'failure' THEN 'Fail' WHEN 'failed' THEN 'Fail' WHEN 'pass' THEN 'Pass' WHEN 'success' THEN 'Pass' WHEN 'passed' THEN 'Pass' ELSE raw_response END AS response,
    CASE translate(lower(raw_level), '_- ' || chr(9) || chr(10) || chr(13), '') WHEN 'low' THEN 'low' WHEN 'medium' THEN 'medium' WHEN 'high' THEN 'high' ELSE raw_level END AS level,
    CASE translate(lower(raw_decision), '_- ' || chr(9) || chr(10) || chr(13), '') WHEN 'norisk' THEN 'NoRisk' WHEN 'pass' THEN 'NoRisk' WHEN 'accounttakeover' THEN 'AccountTakeover' WHEN 'block' THEN 'Block' WHEN 'blocked' THEN 'Block' ELSE raw_decision END AS decision,
    CASE translate(lower(raw_feedback), '_- ' || chr(9) || chr(10) || chr(13), '') WHEN 'valid' THEN 'Valid' WHEN 'invalid' THEN 'Invalid' ELSE raw_feedback END AS feedback,
    CASE lower(raw_compromised) WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' END AS compromised,
    CASE lower(raw_context) WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' END AS context_data,
    CAST(DATE '1970-01-01' + CAST(at_ms // 86400000 AS integer) AS VARCHAR) AS event_day
  FROM raw),
risks AS (
  SELECT words.*, CASE WHEN level IS NULL AND decision = 'NoRisk' THEN 'none' ELSE level END AS risk,
    row_number() OVER (PARTITION BY pool_id, event_id ORDER BY
      CASE response WHEN 'Pass' THEN 3 WHEN 'Fail' THEN 2 WHEN 'InProgress' THEN 1 ELSE 0 END DESC,
      at_ms DESC NULLS LAST) AS nth
  FROM words)
SELECT risks.*, CASE risk WHEN 'none' THEN 0 WHEN 'low' THEN 1 WHEN 'medium' THEN 2 WHEN 'high' THEN 3 END AS risk_rank
FROM risks
WHERE nth = 1 OR event_id IS NULL;

-- CloudTrail's files.
CREATE OR REPLACE TEMPORARY VIEW cognito_cloudtrail AS
SELECT unnest(Records) AS r FROM read_json('trail/*.json*', columns = {
  Records: 'STRUCT(eventID VARCHAR, eventName VARCHAR, eventType VARCHAR, eventSource VARCHAR, eventTime VARCHAR, sourceIPAddress VARCHAR, errorCode VARCHAR, errorMessage VARCHAR, requestParameters STRUCT(userPoolId VARCHAR, clientId VARCHAR, authFlow VARCHAR),
    additionalEventData STRUCT(sub VARCHAR, userPoolId VARCHAR, requestParameters STRUCT(client_id VARCHAR[], sub VARCHAR[])),
    responseElements STRUCT(userSub VARCHAR))[]'});

-- Each request once.
CREATE OR REPLACE TEMPORARY VIEW cognito_request AS
WITH raw AS (
  SELECT
    CASE WHEN lower(trim(r.eventID)) IN ('', 'null') THEN NULL ELSE trim(r.eventID) END AS event_id,
    CASE WHEN lower(trim(r.eventSource)) IN ('', 'null') THEN NULL ELSE trim(r.eventSource) END AS event_source,
    CASE WHEN lower(trim(r.eventName)) IN ('', 'null') THEN NULL ELSE trim(r.eventName) END AS action,
    CASE WHEN lower(trim(r.eventType)) IN ('', 'null') THEN NULL ELSE trim(r.eventType) END AS event_kind,
    substr(CASE WHEN lower(trim(r.eventTime)) IN ('', 'null') THEN NULL ELSE trim(r.eventTime) END, 1, 10) AS event_day,
    CASE WHEN lower(trim(r.sourceIPAddress)) IN ('', 'null') THEN NULL ELSE trim(r.sourceIPAddress) END AS address,
    CASE WHEN lower(trim(r.errorCode)) IN ('', 'null') THEN NULL ELSE trim(r.errorCode) END AS code,
    CASE WHEN lower(trim(r.errorMessage)) IN ('', 'null') THEN NULL ELSE trim(r.errorMessage) END AS message,
    CASE WHEN lower(trim(r.requestParameters.authFlow)) IN ('', 'null') THEN NULL ELSE trim(r.requestParameters.authFlow) END AS flow,
    coalesce(CASE WHEN lower(trim(r.requestParameters.userPoolId)) IN ('', 'null') THEN NULL ELSE trim(r.requestParameters.userPoolId) END, CASE WHEN lower(trim(r.additionalEventData.userPoolId)) IN ('', 'null') THEN NULL ELSE trim(r.additionalEventData.userPoolId) END) AS pool_id,
    coalesce(CASE WHEN lower(trim(r.requestParameters.clientId)) IN ('', 'null') THEN NULL ELSE trim(r.requestParameters.clientId) END, CASE WHEN lower(trim(r.additionalEventData.requestParameters.client_id[1])) IN ('', 'null') THEN NULL ELSE trim(r.additionalEventData.requestParameters.client_id[1]) END) AS client_id,
    coalesce(CASE WHEN lower(trim(r.additionalEventData.sub)) IN ('', 'null') THEN NULL ELSE trim(r.additionalEventData.sub) END, CASE WHEN lower(trim(r.additionalEventData.requestParameters.sub[1])) IN ('', 'null') THEN NULL ELSE trim(r.additionalEventData.requestParameters.sub[1]) END, CASE WHEN lower(trim(r.responseElements.userSub)) IN ('', 'null') THEN NULL ELSE trim(r.responseElements.userSub) END) AS user_id
  FROM cognito_cloudtrail),
once AS (
  SELECT raw.*, row_number() OVER (PARTITION BY event_id ORDER BY action) AS nth,
    CASE WHEN code IS NOT NULL OR message IS NOT NULL THEN 'true'
      WHEN coalesce(event_kind, '') <> 'AwsServiceEvent' THEN 'false' END AS failed,
    CASE
      WHEN lower(message) LIKE '%unable to login because of security reasons%' THEN 'block'
      WHEN lower(message) LIKE '%request not allowed due to security reasons%' THEN 'address-block'
      WHEN lower(message) LIKE '%provided password cannot be used for security reasons%' THEN 'compromised'
      WHEN lower(message) LIKE '%password attempts exceeded%' THEN 'lockout'
      WHEN lower(message) LIKE '%incorrect username or password%' THEN 'wrong-password'
      WHEN code = 'PasswordResetRequiredException' THEN 'reset-required'
      WHEN code = 'UserNotFoundException' THEN 'unknown-user'
      WHEN code = 'CodeMismatchException' OR code = 'ExpiredCodeException' THEN 'wrong-code'
      WHEN code = 'NotAuthorizedException' AND message IS NULL THEN NULL
      ELSE code END AS reason
  FROM raw
  WHERE event_source = 'cognito-idp.amazonaws.com' AND action IS NOT NULL)
SELECT * FROM once WHERE nth = 1 OR event_id IS NULL;

-- question: context-by-client
-- Sign-ins with and without context data, by client
SELECT client_id, context_data, events, users
FROM (
  SELECT client_id, context_data, count(*) AS events, NULLIF(count(DISTINCT user_id), 0) AS users
  FROM auth_event
  WHERE event_type IN ('SignIn')
  GROUP BY client_id, context_data) counted
ORDER BY events DESC NULLS LAST, client_id ASC NULLS LAST, context_data ASC NULLS LAST
LIMIT 50;

-- undecided: context-by-client
SELECT count(*) AS undecided
FROM auth_event
WHERE (event_type IN ('SignIn')) IS NULL;

-- question: event-types
-- Events by type and response
SELECT event_type, response, events, users
FROM (
  SELECT event_type, response, count(*) AS events, NULLIF(count(DISTINCT user_id), 0) AS users
  FROM auth_event
  GROUP BY event_type, response) counted
ORDER BY events DESC NULLS LAST, event_type ASC NULLS LAST, response ASC NULLS LAST
LIMIT 20;

-- question: failures
-- Refused requests by reason
SELECT reason, events, users, addresses
FROM (
  SELECT reason, count(*) AS events, NULLIF(count(DISTINCT user_id), 0) AS users, NULLIF(count(DISTINCT address), 0) AS addresses
  FROM cognito_request
  WHERE failed IN ('true')
  GROUP BY reason) counted
ORDER BY events DESC NULLS LAST, reason ASC NULLS LAST
LIMIT 20;

-- undecided: failures
SELECT count(*) AS undecided
FROM cognito_request
WHERE (failed IN ('true')) IS NULL;

-- question: federated
-- Sign-ins by identity provider
SELECT idp, events, users
FROM (
  SELECT idp, count(*) AS events, NULLIF(count(DISTINCT user_id), 0) AS users
  FROM auth_event
  WHERE event_type IN ('SignIn')
  GROUP BY idp) counted
ORDER BY events DESC NULLS LAST, idp ASC NULLS LAST
LIMIT 20;

-- undecided: federated
SELECT count(*) AS undecided
FROM auth_event
WHERE (event_type IN ('SignIn')) IS NULL;

-- question: feedback
-- Feedback given, by risk
SELECT feedback, risk, events, users
FROM (
  SELECT feedback, risk, count(*) AS events, NULLIF(count(DISTINCT user_id), 0) AS users
  FROM auth_event
  WHERE feedback IS NOT NULL
  GROUP BY feedback, risk) counted
ORDER BY events DESC NULLS LAST, feedback ASC NULLS LAST, risk ASC NULLS LAST
LIMIT 20;

-- undecided: feedback
SELECT count(*) AS undecided
FROM auth_event
WHERE (feedback IS NOT NULL) IS NULL;

-- question: high-risk-by-address
-- Addresses and event types at high risk
SELECT address, event_type, events, users
FROM (
  SELECT address, event_type, count(*) AS events, NULLIF(count(DISTINCT user_id), 0) AS users
  FROM auth_event
  WHERE risk IN ('high')
  GROUP BY address, event_type) counted
ORDER BY events DESC NULLS LAST, address ASC NULLS LAST, event_type ASC NULLS LAST
LIMIT 20;

-- undecided: high-risk-by-address
SELECT count(*) AS undecided
FROM auth_event
WHERE (risk IN ('high')) IS NULL;

-- question: high-risk-by-country
-- Countries at high risk
SELECT country, events, users, addresses
FROM (
  SELECT country, count(*) AS events, NULLIF(count(DISTINCT user_id), 0) AS users, NULLIF(count(DISTINCT address), 0) AS addresses
  FROM auth_event
  WHERE risk IN ('high')
  GROUP BY country) counted
ORDER BY events DESC NULLS LAST, country ASC NULLS LAST
LIMIT 20;

-- undecided: high-risk-by-country
SELECT count(*) AS undecided
FROM auth_event
WHERE (risk IN ('high')) IS NULL;

-- question: risk-climbs
-- Users whose risk climbs
SELECT user_id, events, CASE first_rank WHEN 0 THEN 'none' WHEN 1 THEN 'low' WHEN 2 THEN 'medium' WHEN 3 THEN 'high' END AS first_risk, CASE last_rank WHEN 0 THEN 'none' WHEN 1 THEN 'low' WHEN 2 THEN 'medium' WHEN 3 THEN 'high' END AS last_risk, addresses
FROM (
  SELECT user_id, count(*) AS events, NULLIF(count(DISTINCT address), 0) AS addresses, min(at_ms * 8 + risk_rank) % 8 AS first_rank, max(at_ms * 8 + risk_rank) % 8 AS last_rank
  FROM auth_event
  WHERE event_type IN ('SignIn')
  GROUP BY user_id) counted
WHERE first_rank < last_rank
  AND user_id IS NOT NULL
ORDER BY last_rank DESC NULLS LAST, user_id ASC NULLS LAST
LIMIT 20;

-- undecided: risk-climbs
SELECT count(*) AS undecided
FROM auth_event
WHERE (event_type IN ('SignIn')) IS NULL;

-- question: takeover-with-compromised-credentials
-- Addresses of takeovers with compromised credentials
SELECT address, events, users
FROM (
  SELECT address, count(*) AS events, NULLIF(count(DISTINCT user_id), 0) AS users
  FROM auth_event
  WHERE event_type IN ('SignIn')
    AND decision IN ('AccountTakeover')
    AND compromised IN ('true')
  GROUP BY address) counted
ORDER BY events DESC NULLS LAST, address ASC NULLS LAST
LIMIT 20;

-- undecided: takeover-with-compromised-credentials
SELECT count(*) AS undecided
FROM auth_event
WHERE (event_type IN ('SignIn')
  AND decision IN ('AccountTakeover')
  AND compromised IN ('true')) IS NULL;

