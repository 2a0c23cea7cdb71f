-- The user-activity export, one JSON value a line.
CREATE EXTERNAL TABLE IF NOT EXISTS cognito_user_activity (
  eventtimestamp string,
  eventsource string,
  logsourceid struct<userpoolid:string>,
  message struct<eventid:string, eventtype:string, usersub:string, username:string, userpoolid:string, clientid:string, eventresponse:string, risklevel:string, riskdecision:string, devicename:string, ipaddress:string, idpname:string, compromisedcredentialdetected:string, compromisedcredentialsdetected:string, city:string, country:string, eventfeedbackvalue:string, hascontextdata:string, requestid:string, creationdate:string>)
ROW FORMAT SERDE 'org.apache.hive.hcatalog.data.JsonSerDe'
LOCATION 's3://amzn-s3-demo-bucket/AWSLogs/';

-- Each event once, with the furthest response.
CREATE OR REPLACE VIEW auth_event AS
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
    CAST(date_add('day', at_ms / 86400000, DATE '1970-01-01') AS varchar) AS event_day
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
CREATE EXTERNAL TABLE IF NOT EXISTS cognito_cloudtrail (
  eventid string, eventname string, eventtype string, eventsource string, eventtime string, sourceipaddress string, errorcode string, errormessage string,
  requestparameters string,
  additionaleventdata string,
  responseelements string)
ROW FORMAT SERDE 'org.apache.hive.hcatalog.data.JsonSerDe'
STORED AS INPUTFORMAT 'com.amazon.emr.cloudtrail.CloudTrailInputFormat'
OUTPUTFORMAT 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'
LOCATION 's3://amzn-s3-demo-bucket/AWSLogs/123456789012/CloudTrail/';

-- Each request once.
CREATE OR REPLACE VIEW cognito_request AS
WITH raw AS (
  SELECT
    CASE WHEN lower(trim(eventid)) IN ('', 'null') THEN NULL ELSE trim(eventid) END AS event_id,
    CASE WHEN lower(trim(eventsource)) IN ('', 'null') THEN NULL ELSE trim(eventsource) END AS event_source,
    CASE WHEN lower(trim(eventname)) IN ('', 'null') THEN NULL ELSE trim(eventname) END AS action,
    CASE WHEN lower(trim(eventtype)) IN ('', 'null') THEN NULL ELSE trim(eventtype) END AS event_kind,
    substr(CASE WHEN lower(trim(eventtime)) IN ('', 'null') THEN NULL ELSE trim(eventtime) END, 1, 10) AS event_day,
    CASE WHEN lower(trim(sourceipaddress)) IN ('', 'null') THEN NULL ELSE trim(sourceipaddress) END AS address,
    CASE WHEN lower(trim(errorcode)) IN ('', 'null') THEN NULL ELSE trim(errorcode) END AS code,
    CASE WHEN lower(trim(errormessage)) IN ('', 'null') THEN NULL ELSE trim(errormessage) END AS message,
    CASE WHEN lower(trim(json_extract_scalar(requestparameters, '$.authFlow'))) IN ('', 'null') THEN NULL ELSE trim(json_extract_scalar(requestparameters, '$.authFlow')) END AS flow,
    coalesce(CASE WHEN lower(trim(json_extract_scalar(requestparameters, '$.userPoolId'))) IN ('', 'null') THEN NULL ELSE trim(json_extract_scalar(requestparameters, '$.userPoolId')) END, CASE WHEN lower(trim(json_extract_scalar(additionaleventdata, '$.userPoolId'))) IN ('', 'null') THEN NULL ELSE trim(json_extract_scalar(additionaleventdata, '$.userPoolId')) END) AS pool_id,
    coalesce(CASE WHEN lower(trim(json_extract_scalar(requestparameters, '$.clientId'))) IN ('', 'null') THEN NULL ELSE trim(json_extract_scalar(requestparameters, '$.clientId')) END, CASE WHEN lower(trim(json_extract_scalar(additionaleventdata, '$.requestParameters.client_id[0]'))) IN ('', 'null') THEN NULL ELSE trim(json_extract_scalar(additionaleventdata, '$.requestParameters.client_id[0]')) END) AS client_id,
    coalesce(CASE WHEN lower(trim(json_extract_scalar(additionaleventdata, '$.sub'))) IN ('', 'null') THEN NULL ELSE trim(json_extract_scalar(additionaleventdata, '$.sub')) END, CASE WHEN lower(trim(json_extract_scalar(additionaleventdata, '$.requestParameters.sub[0]'))) IN ('', 'null') THEN NULL ELSE trim(json_extract_scalar(additionaleventdata, '$.requestParameters.sub[0]')) END, CASE WHEN lower(trim(json_extract_scalar(responseelements, '$.userSub'))) IN ('', 'null') THEN NULL ELSE trim(json_extract_scalar(responseelements, '$.userSub')) END) AS user_id
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

