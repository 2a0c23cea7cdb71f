//! What was written to a simulated AWS.

use cogward::simulator::Server;

/// Operations that write, in the order in which they arrived.
pub fn writes(server: &Server) -> Vec<String> {
    let calls = server.log().into_iter().map(|call| call.operation);
    calls
        .filter(|operation| {
            ["Set", "Update", "Put"]
                .iter()
                .any(|verb| operation.starts_with(verb))
        })
        .collect()
}
