//! `cogward demo`: what a newcomer sees in the first minute, whole.

use crate::support::Place;

#[test]
fn the_tour_shows_every_step_with_its_exit_code() {
    let place = Place::new();
    let run = place.run(&["demo"]);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    insta::assert_snapshot!("demo", run.out);
    // The folder is as it was: the demo's own is gone.
    assert_eq!(place.names("."), Vec::<String>::new());
}
