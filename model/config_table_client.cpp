#include "model/config_table.h"

/// Settings that producers, consumers and admin clients share. Sorted by name.
namespace gregor::config_table {
namespace {

using enum ConfigType;
using enum ConfigUnit;

constexpr auto client = ConfigScope::client;
constexpr Row client_table[] = {
    Row(client, "client.dns.lookup", string, none, "use_all_dns_ips")
        .one_of("use_all_dns_ips,resolve_canonical_bootstrap_servers_only"),
    Row(client, "client.id", string, none),
    Row(client, "config.providers", list, none),
    Row(client, "metadata.max.age.ms", long_integer, ms, "300000")
        .at_least(0)
        .means("Age at which metadata is asked for again without need."),
    Row(client, "metadata.recovery.rebootstrap.trigger.ms", long_integer, ms, "300000").at_least(0),
    Row(client, "metadata.recovery.strategy", string, none, "rebootstrap")
        .one_of("REBOOTSTRAP,NONE")
        .in_any_case(),
    Row(client, "metric.reporters", list, none, "org.apache.kafka.common.metrics.JmxReporter"),
    Row(client, "metrics.num.samples", integer, none, "2").at_least(1),
    Row(client, "metrics.recording.level", string, none, "INFO").one_of("INFO,DEBUG,TRACE"),
    Row(client, "metrics.sample.window.ms", long_integer, ms, "30000").at_least(0),
    Row(client, "reconnect.backoff.max.ms", long_integer, ms, "1000")
        .at_least(0)
        .means("Longest pause before a broker is connected again."),
    Row(client, "reconnect.backoff.ms", long_integer, ms, "50")
        .at_least(0)
        .means("First pause before a broker is connected again."),
    Row(client, "request.timeout.ms", integer, ms, "30000")
        .at_least(0)
        .means("How long a request may stay unanswered before it counts as failed."),
    Row(client, "retry.backoff.max.ms", long_integer, ms, "1000")
        .at_least(0)
        .means("Longest pause before a failed request is sent again."),
    Row(client, "retry.backoff.ms", long_integer, ms, "100")
        .at_least(0)
        .means("First pause before a failed request is sent again."),
    Row(client, "sasl.client.callback.handler.class", string, none),
    Row(client, "sasl.jaas.config", string, none),
    Row(client, "sasl.kerberos.kinit.cmd", string, none, "/usr/bin/kinit"),
    Row(client, "sasl.kerberos.min.time.before.relogin", long_integer, none, "60000"),
    Row(client, "sasl.kerberos.service.name", string, none),
    Row(client, "sasl.kerberos.ticket.renew.jitter", real, none, "0.05"),
    Row(client, "sasl.kerberos.ticket.renew.window.factor", real, none, "0.8"),
    Row(client, "sasl.login.callback.handler.class", string, none),
    Row(client, "sasl.login.class", string, none),
    Row(client, "sasl.login.connect.timeout.ms", integer, ms),
    Row(client, "sasl.login.read.timeout.ms", integer, ms),
    Row(client, "sasl.login.refresh.buffer.seconds", integer, seconds, "300").between(0, 3600),
    Row(client, "sasl.login.refresh.min.period.seconds", integer, seconds, "60").between(0, 900),
    Row(client, "sasl.login.refresh.window.factor", real, none, "0.8").between(500'000, 1'000'000),
    Row(client, "sasl.login.refresh.window.jitter", real, none, "0.05").between(0, 250'000),
    Row(client, "sasl.login.retry.backoff.max.ms", long_integer, ms, "10000"),
    Row(client, "sasl.login.retry.backoff.ms", long_integer, ms, "100"),
    Row(client, "sasl.mechanism", string, none, "GSSAPI"),
    Row(client, "sasl.oauthbearer.assertion.algorithm", string, none, "RS256")
        .one_of("ES256,RS256")
        .in_any_case(),
    Row(client, "sasl.oauthbearer.assertion.claim.aud", string, none),
    Row(client, "sasl.oauthbearer.assertion.claim.exp.seconds", integer, seconds, "300")
        .between(0, 86400),
    Row(client, "sasl.oauthbearer.assertion.claim.iss", string, none),
    Row(client, "sasl.oauthbearer.assertion.claim.jti.include", boolean, none, "false"),
    Row(client, "sasl.oauthbearer.assertion.claim.nbf.seconds", integer, seconds, "60")
        .between(0, 3600),
    Row(client, "sasl.oauthbearer.assertion.claim.sub", string, none),
    Row(client, "sasl.oauthbearer.assertion.file", string, none),
    Row(client, "sasl.oauthbearer.assertion.private.key.file", string, none),
    Row(client, "sasl.oauthbearer.assertion.private.key.passphrase", string, none),
    Row(client, "sasl.oauthbearer.assertion.template.file", string, none),
    Row(client, "sasl.oauthbearer.client.credentials.client.id", string, none),
    Row(client, "sasl.oauthbearer.client.credentials.client.secret", string, none),
    Row(client, "sasl.oauthbearer.clock.skew.seconds", integer, seconds, "30"),
    Row(client, "sasl.oauthbearer.expected.audience", list, none),
    Row(client, "sasl.oauthbearer.expected.issuer", string, none),
    Row(client, "sasl.oauthbearer.header.urlencode", boolean, none, "false"),
    Row(client, "sasl.oauthbearer.jwks.endpoint.refresh.ms", long_integer, ms, "3600000"),
    Row(client, "sasl.oauthbearer.jwks.endpoint.retry.backoff.max.ms", long_integer, ms, "10000"),
    Row(client, "sasl.oauthbearer.jwks.endpoint.retry.backoff.ms", long_integer, ms, "100"),
    Row(client, "sasl.oauthbearer.jwks.endpoint.url", string, none),
    Row(client, "sasl.oauthbearer.jwt.retriever.class", string, none,
        "org.apache.kafka.common.security.oauthbearer.DefaultJwtRetriever"),
    Row(client, "sasl.oauthbearer.jwt.validator.class", string, none,
        "org.apache.kafka.common.security.oauthbearer.DefaultJwtValidator"),
    Row(client, "sasl.oauthbearer.scope", string, none),
    Row(client, "sasl.oauthbearer.scope.claim.name", string, none, "scope"),
    Row(client, "sasl.oauthbearer.sub.claim.name", string, none, "sub"),
    Row(client, "sasl.oauthbearer.token.endpoint.url", string, none),
    Row(client, "security.protocol", string, none, "PLAINTEXT")
        .one_of("SASL_SSL,PLAINTEXT,SSL,SASL_PLAINTEXT")
        .in_any_case(),
    Row(client, "security.providers", string, none),
    Row(client, "send.buffer.bytes", integer, bytes, "131072").at_least(-1),
    Row(client, "socket.connection.setup.timeout.max.ms", long_integer, ms, "30000"),
    Row(client, "socket.connection.setup.timeout.ms", long_integer, ms, "10000")
        .means("How long setting up a connection may take."),
    Row(client, "ssl.cipher.suites", list, none),
    Row(client, "ssl.enabled.protocols", list, none, "TLSv1.2,TLSv1.3"),
    Row(client, "ssl.endpoint.identification.algorithm", string, none, "https"),
    Row(client, "ssl.engine.factory.class", string, none),
    Row(client, "ssl.key.password", string, none),
    Row(client, "ssl.keymanager.algorithm", string, none, "SunX509"),
    Row(client, "ssl.keystore.certificate.chain", string, none),
    Row(client, "ssl.keystore.key", string, none),
    Row(client, "ssl.keystore.location", string, none),
    Row(client, "ssl.keystore.password", string, none),
    Row(client, "ssl.keystore.type", string, none, "JKS"),
    Row(client, "ssl.protocol", string, none, "TLSv1.3"),
    Row(client, "ssl.provider", string, none),
    Row(client, "ssl.secure.random.implementation", string, none),
    Row(client, "ssl.trustmanager.algorithm", string, none, "PKIX"),
    Row(client, "ssl.truststore.certificates", string, none),
    Row(client, "ssl.truststore.location", string, none),
    Row(client, "ssl.truststore.password", string, none),
    Row(client, "ssl.truststore.type", string, none, "JKS"),
};

}  // namespace

std::span<const Row> client_rows()
{
    return client_table;
}

}  // namespace gregor::config_table
