//! Policies made from the grammar of the language: every key, mostly valid, rarely sensible.

use cogward::app::baselines;

use crate::dice::Dice;
use crate::node::{Node, Writer};

/// Entries of a mapping of the language.
type Fields = Vec<(&'static str, Node)>;

/// A key, how rarely it is there, and its value.
type Choice<'a> = (&'static str, usize, Make<'a>);

/// Makes a value.
type Make<'a> = fn(&mut Policy<'a>) -> Node;

/// A file of one to three policies. `rules` are ids for waivers and inline ignores.
pub fn file(dice: &mut Dice, rules: &[&str]) -> String {
    let comments: Vec<_> = (0..3)
        .map(|_| format!("cogward: ignore[{}] for a reason", dice.word(rules)))
        .collect();
    let mut text = String::new();
    let documents = if dice.one_in(5) { 2 + dice.below(2) } else { 1 };
    for index in 0..documents {
        if index > 0 {
            text.push_str("---\n");
        }
        let policy = Policy {
            dice,
            rules,
            clients: Vec::new(),
        };
        let Node::Map(entries) = map(policy.fields()) else {
            continue;
        };
        let mut writer = Writer {
            dice,
            text: String::new(),
            comments: &comments,
        };
        writer.document(&entries);
        text.push_str(&writer.text);
    }
    // Now and then something small is wrong: the mutator does the rest.
    if dice.one_in(20) {
        let (what, with) = [
            ("ENFORCED", "ENFORCE"),
            ("action", "acton"),
            ("SIGN_IN", "3"),
            (": {", ": ["),
        ][dice.below(4)];
        text = text.replacen(what, with, 1);
    }
    if dice.one_in(30) {
        text.replace('\n', "\r\n")
    } else {
        text
    }
}

struct Policy<'a> {
    dice: &'a mut Dice,
    rules: &'a [&'a str],
    /// Keys of the clients, for waivers.
    clients: Vec<String>,
}

fn map(entries: impl IntoIterator<Item = (&'static str, Node)>) -> Node {
    let entries = entries.into_iter();
    Node::Map(entries.map(|(key, value)| (key.to_owned(), value)).collect())
}

impl<'a> Policy<'a> {
    fn fields(mut self) -> Fields {
        let mut fields = vec![("version", Node::bare(1))];
        let sections: [Choice<'a>; 16] = [
            ("name", 2, |it| {
                it.words(&["customers-prod", "${STAGE}-pool", "a b", "über", "`x` | <b>"])
            }),
            ("description", 4, |it| {
                it.words(&["Customer sign-in", "::error::x", "a: b # c"])
            }),
            ("extends", 2, Self::extends),
            ("target", 1, Self::target),
            ("feature_plan", 2, |it| {
                it.enumeration(&["LITE", "ESSENTIALS", "PLUS", "PLUS", "PLUS"])
            }),
            ("mode", 1, Self::mode),
            ("audit_gate", 2, Self::audit_gate),
            ("mfa", 2, Self::mfa),
            ("assumes", 4, |it| map([("domain", it.truth())])),
            ("account_takeover", 1, |it| it.account_takeover(true)),
            ("compromised_credentials", 2, Self::compromised),
            ("risk_exceptions", 2, Self::exceptions),
            ("clients", 2, Self::clients),
            ("alarms", 2, Self::alarms),
            ("log_delivery", 3, Self::log_delivery),
            ("waivers", 3, Self::waivers),
        ];
        for (key, times, make) in sections {
            if self.dice.one_in(times) && !(times == 1 && self.dice.one_in(8)) {
                fields.push((key, make(&mut self)));
            }
        }
        if self.dice.one_in(6) {
            let at = self.dice.below(fields.len());
            fields.rotate_left(at);
        }
        fields
    }

    /// Each entry once in so many times, in this order.
    fn some(&mut self, choices: &[Choice<'a>]) -> Fields {
        let mut fields = Fields::new();
        for (key, times, make) in choices {
            if self.dice.one_in(*times) {
                fields.push((*key, make(self)));
            }
        }
        fields
    }

    fn mapping(&mut self, choices: &[Choice<'a>]) -> Node {
        map(self.some(choices))
    }

    fn list(&mut self, limit: usize, make: Make<'a>) -> Node {
        let length = self.dice.below(limit + 1);
        Node::List((0..length).map(|_| make(self)).collect())
    }

    fn words(&mut self, words: &[&str]) -> Node {
        Node::text(self.dice.word(words))
    }

    /// One of the API's words, or a variable that stands for it.
    fn enumeration(&mut self, words: &[&str]) -> Node {
        let word = self.dice.word(words);
        if self.dice.one_in(12) {
            Node::text(format!("${{NOPE:-{word}}}"))
        } else {
            Node::bare(word)
        }
    }

    /// Different ones of some words.
    fn subset(&mut self, words: &[&'static str]) -> Node {
        let chosen: Vec<_> = words.iter().filter(|_| self.dice.one_in(2)).copied().collect();
        Node::List(chosen.into_iter().map(Node::bare).collect())
    }

    fn truth(&mut self) -> Node {
        Node::bare(self.dice.one_in(2))
    }

    fn date(&mut self) -> Node {
        Node::bare(self.dice.word(&[
            "2025-12-01",
            "2026-01-14",
            "2026-01-15",
            "2026-03-31",
            "2029-12-31",
        ]))
    }

    fn extends(&mut self) -> Node {
        let names = baselines::names();
        if self.dice.one_in(2) {
            return Node::text(self.dice.word(&names));
        }
        let some = names.iter().filter(|_| self.dice.one_in(2));
        Node::List(some.map(|name| Node::text(*name)).collect())
    }

    fn target(&mut self) -> Node {
        let region = self.dice.word(&["us-west-2", "eu-south-2", "us-gov-west-1"]);
        let mut entries = Vec::new();
        if self.dice.one_in(2) {
            entries.push((
                "account",
                Node::text(self.dice.word(&["123456789012", "000000000001"])),
            ));
        }
        if self.dice.one_in(2) {
            entries.push(("region", Node::text(region)));
        }
        if self.dice.below(3) > 0 {
            let id = self.dice.word(&["EXAMPLE", "Other1"]);
            entries.push(("pool", Node::text(format!("{region}_{id}"))));
        } else {
            let names = self.words(&["prod-*", "*", "prod-[ab]?", "${STAGE}-x"]);
            entries.push(("names", Node::List(vec![names])));
            if self.dice.one_in(2) {
                entries.push(("tags", Node::Map(vec![("env".to_owned(), Node::text("prod"))])));
            }
        }
        map(entries)
    }

    fn mode(&mut self) -> Node {
        let mode: Make<'a> = |it| it.enumeration(&["OFF", "AUDIT", "ENFORCED", "ENFORCED"]);
        self.mapping(&[("standard", 1, mode), ("custom", 2, mode)])
    }

    fn audit_gate(&mut self) -> Node {
        self.mapping(&[
            ("minimum_days", 2, |it| match it.dice.below(12) {
                // A variable is a text, and this is a number.
                0 => Node::text("${DAYS}"),
                1..4 => Node::bare(3650),
                _ => Node::bare(it.dice.below(40)),
            }),
            ("audit_since", 2, |it| match it.dice.below(3) {
                0 => it.mapping(&[("standard", 2, Self::date), ("custom", 2, Self::date)]),
                _ => it.date(),
            }),
            ("max_would_block_percent", 3, |it| {
                Node::bare(it.dice.word(&["0", "0.5", "1e2", "100"]))
            }),
        ])
    }

    fn mfa(&mut self) -> Node {
        self.mapping(&[
            ("configuration", 1, |it| {
                it.enumeration(&["OFF", "OPTIONAL", "ON"])
            }),
            ("factors", 2, |it| {
                it.subset(&["SMS", "SOFTWARE_TOKEN", "EMAIL", "WEB_AUTHN"])
            }),
        ])
    }

    fn account_takeover(&mut self, pool: bool) -> Node {
        let level: Make<'a> = |it| {
            let actions = ["NO_ACTION", "MFA_IF_CONFIGURED", "MFA_REQUIRED", "BLOCK"];
            let action = it.enumeration(&actions);
            let mut entries = vec![("action", action)];
            if it.dice.one_in(2) {
                entries.push(("notify", it.truth()));
            }
            map(entries)
        };
        let often = if pool { 1 } else { 2 };
        self.mapping(&[
            ("low", 2, level),
            ("medium", 2, level),
            ("high", often, level),
            ("notifications", 3, Self::notifications),
        ])
    }

    fn notifications(&mut self) -> Node {
        let address: Make<'a> = |it| {
            it.words(&[
                "admin@example.com",
                "a@b",
                "Ann <a@example.com>",
                "ädmin@exämple.com",
            ])
        };
        let arn = self.words(&[
            "arn:aws:ses:us-west-2:123456789012:identity/example.com",
            "arn:aws:ses:eu-west-1:000000000001:identity/a@b",
            "arn:aws-us-gov:ses:us-gov-west-1:123456789012:identity/x",
            "nothing",
        ]);
        let rest = self.some(&[
            ("from", 2, address),
            ("reply_to", 3, address),
            ("block_email", 2, Self::email),
            ("mfa_email", 2, Self::email),
            ("no_action_email", 3, Self::email),
        ]);
        map([("source_arn", arn)].into_iter().chain(rest))
    }

    fn email(&mut self) -> Node {
        let body: Make<'a> = |it| {
            it.words(&[
                "We blocked {username} at {login-time} from {ip-address}.",
                "{one-click-link-valid} {one-click-link-invalid}",
                "Hello {usernam}, {####}",
                "short",
                "<b>{city}</b> <script>x</script>",
                "Grüße 😀 an {username}",
            ])
        };
        let subject = self.words(&["Blocked", "We asked for a second factor", "{username}", ""]);
        let bodies = self.some(&[("html", 2, body), ("text", 2, body)]);
        map([("subject", subject)].into_iter().chain(bodies))
    }

    fn compromised(&mut self) -> Node {
        let action = self.enumeration(&["BLOCK", "BLOCK", "NO_ACTION"]);
        let mut entries = vec![("action", action)];
        if self.dice.one_in(2) {
            entries.push(("events", self.subset(&["SIGN_IN", "SIGN_UP", "PASSWORD_CHANGE"])));
        }
        map(entries)
    }

    fn exceptions(&mut self) -> Node {
        let ranges: Make<'a> = |it| it.list(6, Self::range);
        self.mapping(&[("always_block", 2, ranges), ("always_allow", 2, ranges)])
    }

    fn cidr(&mut self) -> Node {
        let network = self
            .dice
            .word(&["192.0.2.", "10.0.0.", "8.8.8.", "2001:db8::", "::ffff:192.0.2."]);
        let host = self.dice.below(10);
        let bits = if network.contains(':') {
            self.dice.below(129)
        } else {
            self.dice.below(33)
        };
        match self.dice.below(6) {
            0 => Node::text(format!("{network}{host}")),
            1 => self.words(&[
                "0.0.0.0/0",
                "::/0",
                "192.0.2.0/024",
                "fe80::1%eth0/64",
                "x",
                "192.0.2.0/33",
            ]),
            _ => Node::text(format!("{network}{host}/{bits}")),
        }
    }

    fn range(&mut self) -> Node {
        if self.dice.below(3) > 0 {
            return self.cidr();
        }
        let cidr = self.cidr();
        let rest = self.some(&[
            ("reason", 2, |it| it.words(&["office", "partner | `x`"])),
            ("owner", 3, |it| it.words(&["netops"])),
            ("until", 2, Self::date),
        ]);
        map([("cidr", cidr)].into_iter().chain(rest))
    }

    fn clients(&mut self) -> Node {
        let count = self.dice.below(5);
        let mut entries = Vec::new();
        for index in 0..count {
            let key = format!(
                "{}{index}",
                self.dice.word(&["web", "app ", "m2m", "bücher", "a/b~"])
            );
            let client = if self.dice.one_in(4) {
                Node::bare("inherit")
            } else {
                self.client(index)
            };
            self.clients.push(key.clone());
            entries.push((key, client));
        }
        if self.dice.one_in(2) {
            entries.push(("*".to_owned(), Node::bare("inherit")));
        }
        Node::Map(entries)
    }

    fn client(&mut self, index: usize) -> Node {
        let mut fields = Fields::new();
        if self.dice.one_in(2) {
            fields.push(("id", Node::text(format!("{index}example23456789"))));
        }
        if self.dice.one_in(5) {
            fields.push(("inherit", Node::bare(true)));
        } else {
            fields.extend(self.some(&[
                ("account_takeover", 2, |it| it.account_takeover(false)),
                ("compromised_credentials", 2, Self::compromised),
                ("risk_exceptions", 3, Self::exceptions),
            ]));
        }
        fields.extend(self.some(&[
            ("auth_flows", 2, |it| {
                it.subset(&[
                    "ALLOW_USER_SRP_AUTH",
                    "ALLOW_USER_PASSWORD_AUTH",
                    "ALLOW_CUSTOM_AUTH",
                    "ALLOW_USER_AUTH",
                    "ADMIN_NO_SRP_AUTH",
                    "ALLOW_REFRESH_TOKEN_AUTH",
                ])
            }),
            ("oauth_flows", 3, |it| {
                it.subset(&["code", "implicit", "client_credentials"])
            }),
            ("identity_providers", 3, |it| it.subset(&["COGNITO", "Google"])),
            ("propagate_user_context", 4, Self::truth),
        ]));
        map(fields)
    }

    fn alarms(&mut self) -> Node {
        self.list(4, Self::alarm)
    }

    fn alarm(&mut self) -> Node {
        let metric = self.words(&[
            "AccountTakeoverRisk",
            "CompromisedCredentialRisk",
            "OverrideBlock",
            "Risk",
            "NoRisk",
            "AccountTakeOverRisk",
        ]);
        let named = if self.dice.one_in(4) {
            let value = self.words(&["us-west-2_EXAMPLE", "SignIn", "High"]);
            let key = self
                .dice
                .word(&["UserPoolId", "UserPool", "Operation", "RiskLevel"]);
            vec![("dimensions", Node::Map(vec![(key.to_owned(), value)]))]
        } else {
            self.some(&[
                ("operation", 1, |it| {
                    it.words(&["SignIn", "SignUp", "PasswordChange", "signin"])
                }),
                ("risk_level", 2, |it| it.words(&["High", "Medium", "Low", "high"])),
            ])
        };
        let rest = self.some(&[
            ("name", 4, |it| it.words(&["threats", "<x>"])),
            ("namespace", 8, |it| it.words(&["AWS/Cognito", "aws/cognito"])),
            ("statistic", 6, |it| it.words(&["Sum", "Average"])),
            ("threshold", 3, |it| {
                Node::bare(it.dice.word(&["1", "0", "0.5", "1e3", "-1"]))
            }),
            ("comparison", 6, |it| {
                it.words(&["GreaterThanOrEqualToThreshold", "LessThanThreshold"])
            }),
            ("period", 3, |it| Node::bare(it.dice.word(&["5m", "60s", "24h"]))),
            ("evaluation_periods", 4, |it| Node::bare(1 + it.dice.below(9))),
            ("treat_missing_data", 6, |it| {
                it.words(&["notBreaching", "breaching"])
            }),
            ("actions_enabled", 6, Self::truth),
            ("actions", 2, |it| {
                it.list(3, |it| {
                    it.words(&["arn:aws:sns:us-west-2:123456789012:security", "x"])
                })
            }),
        ]);
        map([("metric", metric)].into_iter().chain(named).chain(rest))
    }

    fn log_delivery(&mut self) -> Node {
        let delivery: Make<'a> = |it| {
            it.mapping(&[
                ("level", 3, |it| it.words(&["INFO", "ERROR", "x"])),
                ("cloudwatch_logs", 2, |it| {
                    it.words(&[
                        "arn:aws:logs:us-west-2:123456789012:log-group:/aws/vendedlogs/x",
                        "x",
                    ])
                }),
                ("s3", 3, |it| it.words(&["arn:aws:s3:::bucket"])),
                ("firehose", 4, |it| {
                    it.words(&["arn:aws:firehose:us-west-2:123456789012:deliverystream/x"])
                }),
            ])
        };
        self.mapping(&[
            ("user_auth_events", 1, delivery),
            ("user_notification", 2, delivery),
        ])
    }

    fn waivers(&mut self) -> Node {
        self.list(3, |it| {
            let rule = it.dice.word(it.rules);
            let mut entries = vec![("rule", Node::text(rule))];
            if !it.clients.is_empty() && it.dice.one_in(3) {
                let index = it.dice.below(it.clients.len());
                entries.push(("client", Node::text(it.clients[index].clone())));
            }
            if it.dice.one_in(4) {
                entries.push(("at", it.words(&["/mode", "/clients", "/alarms/0", ""])));
            }
            entries.push((
                "reason",
                it.words(&["load test until the new flow ships", "agreed: `x` | y"]),
            ));
            entries.push(("until", it.date()));
            map(entries)
        })
    }
}
