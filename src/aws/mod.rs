//! AWS: what may be read (a port that cannot write), the client behind it, and its rate quotas.
