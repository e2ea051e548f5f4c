/** AWS's DynamoDB Local: its package, and the Java command that lets it listen on 127.0.0.1 only. */

import { delimiter, join, resolve } from "node:path";
import type { Emulator } from "./emulator.js";

const version = "2.9.30";
const title = "DynamoDB Local 1.25.1";

/**
 * DynamoDB Local has no option for its host, and listens on all interfaces. But its web server, Jetty, runs a program
 * in XML: this one makes the emulator as AWS's own main class does, and gives its server a connector for 127.0.0.1.
 */
const launcher = `<?xml version="1.0"?>
<!DOCTYPE Configure PUBLIC "-//Jetty//Configure//EN" "https://www.eclipse.org/jetty/configure_9_3.dtd">
<Configure>
  <New id="lines" class="java.lang.String"><Arg><SystemProperty name="bloop.arguments"/></Arg></New>
  <Ref refid="lines"><Call id="arguments" name="split"><Arg>\\n</Arg></Call></Ref>
  <Call id="emulator" class="com.amazonaws.services.dynamodbv2.local.main.ServerRunner" name="createServerFromCommandLineArgs">
    <Arg><Ref refid="arguments"/></Arg>
  </Call>
  <Ref refid="emulator">
    <Get name="class"><Call id="field" name="getDeclaredField"><Arg>server</Arg></Call></Get>
  </Ref>
  <Ref refid="field">
    <Call name="setAccessible"><Arg type="boolean">true</Arg></Call>
    <Call id="server" name="get"><Arg><Ref refid="emulator"/></Arg></Call>
  </Ref>
  <New id="connector" class="org.eclipse.jetty.server.ServerConnector">
    <Arg><Ref refid="server"/></Arg>
    <Set name="host">127.0.0.1</Set>
    <Set name="port"><SystemProperty name="bloop.port"/></Set>
  </New>
  <Ref refid="server">
    <Set name="connectors">
      <Array type="org.eclipse.jetty.server.Connector"><Item><Ref refid="connector"/></Item></Array>
    </Set>
  </Ref>
  <Ref refid="emulator"><Call name="start"/></Ref>
  <Get class="java.lang.System" name="out">
    <Call name="println"><Arg><Ref refid="connector"/></Arg></Call>
  </Get>
</Configure>
`;
const launcherFile = "loopback.xml";

/** `java` is the path of a Java that can run it. */
export function dynamoDBLocal(java: string): Emulator {
  return {
    engine: "dynamodb-local",
    title,
    package: {
      title,
      name: "amplify-dynamodb-simulator",
      version,
      part: join("package", "emulator"),
      additions: { [launcherFile]: launcher },
      // Even with telemetry off, it stores an id of the installation.
      writes: ["dynamodb-local-metadata.json"],
      bytes: 56_573_501,
      integrity: "sha512-xTeeRLvzEfqyd5lh3bH4c0kHvSHHmmhD5ZDsHFKAQ5g2Zl6JqlFdutaQhCLHzxEp6Ry1o7TB6niIoXuQAnSewQ==",
      digest: "cd2fbf3dd9bb03bd1a5289ca5814431e58754ce0c4341d921490a8234afa9a21",
    },
    findsPort: true,
    listening: /ServerConnector@.*\{127\.0\.0\.1:(\d+)\}/,
    command(folder, { port, dbPath }) {
      const storage = dbPath === undefined ? ["-inMemory"] : ["-dbPath", resolve(dbPath)];
      const libraries = join(folder, "DynamoDBLocal_lib");
      return {
        command: java,
        args: [
          // A quick start matters more than top speed: the emulator lives for one test run.
          ...["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx1g"],
          `-Djava.library.path=${libraries}`,
          `-Dbloop.port=${port}`,
          `-Dbloop.arguments=${["-sharedDb", "-disableTelemetry", "-port", port || 8000, ...storage].join("\n")}`,
          ...["-cp", [join(folder, "DynamoDBLocal.jar"), join(libraries, "*")].join(delimiter)],
          ...["org.eclipse.jetty.xml.XmlConfiguration", join(folder, launcherFile)],
        ],
      };
    },
  };
}
